//! Rule: a function is short, a test function too. A file that does not parse is found here as well.

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Block, ImplItemFn, ItemFn, Signature, TraitItemFn};

use super::rules::{Rules, excuse};
use crate::finding::Finding;
use crate::repository::{Repository, SourceFile};

const RULE: &str = "function_length";

pub(super) fn check(repository: &Repository, rules: &Rules) -> Vec<Finding> {
    let limit = rules.function_length.lines;
    let found = repository.with_extension("rs").flat_map(|file| check_file(file, limit)).collect();
    excuse(found, &rules.function_length.exceptions, RULE, repository)
}

fn check_file(file: &SourceFile, limit: usize) -> Vec<Finding> {
    let syntax = match syn::parse_file(&file.text) {
        Ok(syntax) => syntax,
        Err(error) => {
            let line = error.span().start().line;
            return vec![Finding::new(&file.path, line, RULE, format!("does not parse: {error}"))];
        }
    };
    let mut long = LongFunctions { path: &file.path, limit, found: Vec::new() };
    long.visit_file(&syntax);
    long.found
}

struct LongFunctions<'a> {
    path: &'a str,
    limit: usize,
    found: Vec<Finding>,
}

impl LongFunctions<'_> {
    /// Counts from the line of the signature to the closing brace.
    fn measure(&mut self, signature: &Signature, body: &Block) {
        let first = signature.span().start().line;
        let lines = body.span().end().line + 1 - first;
        if lines > self.limit {
            let (name, limit) = (&signature.ident, self.limit);
            let advice = format!("`{name}` has {lines} lines, {limit} at most: name its steps");
            self.found.push(Finding::new(self.path, first, RULE, advice));
        }
    }
}

impl<'ast> Visit<'ast> for LongFunctions<'_> {
    fn visit_item_fn(&mut self, node: &'ast ItemFn) {
        self.measure(&node.sig, &node.block);
        visit::visit_item_fn(self, node);
    }

    fn visit_impl_item_fn(&mut self, node: &'ast ImplItemFn) {
        self.measure(&node.sig, &node.block);
        visit::visit_impl_item_fn(self, node);
    }

    fn visit_trait_item_fn(&mut self, node: &'ast TraitItemFn) {
        if let Some(body) = &node.default {
            self.measure(&node.sig, body);
        }
        visit::visit_trait_item_fn(self, node);
    }
}

#[cfg(test)]
mod tests {
    use super::super::rules::tests::small;
    use super::check;
    use crate::repository::Repository;

    fn found(code: &str) -> Vec<String> {
        let repository = Repository::of(&[("a.rs", code)]);
        check(&repository, &small()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_long_function_fails_wherever_it_is() {
        let long = "fn a() {\n\n\n\n}\n";
        let expected = "a.rs:1: function_length: `a` has 5 lines, 4 at most: name its steps";
        assert_eq!(found(long), [expected]);
        assert_eq!(found(&format!("impl A {{\n{long}}}")).len(), 1);
        assert_eq!(found(&format!("trait A {{\n{long}}}")).len(), 1);
        assert_eq!(found(&format!("#[cfg(test)] mod tests {{\n#[test] {long}}}")).len(), 1);
    }

    #[test]
    fn short_functions_pass_and_their_attributes_are_not_counted() {
        assert_eq!(found("/// One.\n/// Two.\n#[must_use]\nfn a() {\n\n\n}\n"), [""; 0]);
        assert_eq!(found("trait A {\nfn a();\n}"), [""; 0]);
    }

    #[test]
    fn a_file_that_does_not_parse_is_found() {
        assert_eq!(found("fn {").len(), 1);
    }
}
