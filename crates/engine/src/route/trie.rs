//! What numbers begin with, as a tree of digits: the longest beginning that is known says what holds for a number. Pure.

/// A tree of digits with a value at some of its nodes.
#[derive(Debug, Clone)]
pub(super) struct Trie<T> {
    nodes: Vec<Node<T>>,
}

#[derive(Debug, Clone)]
struct Node<T> {
    next: [u32; 10],
    value: Option<T>,
}

impl<T> Default for Trie<T> {
    fn default() -> Self {
        Trie { nodes: vec![Node { next: [0; 10], value: None }] }
    }
}

/// The digits of a number or prefix, without its plus.
fn digits(number: &str) -> impl Iterator<Item = usize> + '_ {
    number.bytes().filter(u8::is_ascii_digit).map(|b| usize::from(b - b'0'))
}

impl<T> Trie<T> {
    /// The value at exactly this beginning.
    pub(super) fn at(&mut self, prefix: &str) -> &mut Option<T> {
        let mut node = 0;
        for digit in digits(prefix) {
            let next = self.nodes[node].next[digit] as usize;
            node = if next == 0 {
                self.nodes.push(Node { next: [0; 10], value: None });
                let new = self.nodes.len() - 1;
                self.nodes[node].next[digit] = u32::try_from(new).unwrap_or(u32::MAX);
                new
            } else {
                next
            };
        }
        &mut self.nodes[node].value
    }

    /// The value of the longest beginning of this number that has one.
    pub(super) fn longest(&self, number: &str) -> Option<&T> {
        let mut node = &self.nodes[0];
        let mut found = node.value.as_ref();
        for digit in digits(number) {
            let next = node.next[digit] as usize;
            if next == 0 {
                break;
            }
            node = &self.nodes[next];
            found = node.value.as_ref().or(found);
        }
        found
    }

    /// Gives every node what holds at it, made from what holds above it and what was written at it.
    pub(super) fn inherit(&mut self, merge: impl Fn(Option<&T>, Option<&T>) -> Option<T>)
    where
        T: Clone,
    {
        // A node's children were made after it.
        for at in 0..self.nodes.len() {
            let here = self.nodes[at].value.clone();
            for child in self.nodes[at].next {
                if child != 0 {
                    let below = &self.nodes[child as usize].value;
                    let merged = merge(here.as_ref(), below.as_ref());
                    self.nodes[child as usize].value = merged;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Trie;

    #[test]
    fn the_longest_beginning_speaks() {
        let mut trie = Trie::default();
        for (prefix, value) in [("", 0), ("+972", 1), ("+97250", 2), ("+7", 3)] {
            *trie.at(prefix) = Some(value);
        }
        for (number, value) in [
            ("+972501234567", 2),
            ("+972521234567", 1),
            ("+9725", 1),
            ("+36201234567", 0),
            ("+79", 3),
            ("+7", 3),
        ] {
            assert_eq!(trie.longest(number), Some(&value), "{number}");
        }
        assert_eq!(Trie::<i32>::default().longest("+1"), None);
    }

    #[test]
    fn what_holds_above_holds_below() {
        let mut trie = Trie::default();
        *trie.at("") = Some(1);
        *trie.at("+972") = Some(2);
        *trie.at("+97250") = Some(4);
        trie.inherit(|above, here| Some(above.copied().unwrap_or(0) | here.copied().unwrap_or(0)));
        assert_eq!(trie.longest("+972501"), Some(&7));
        assert_eq!(trie.longest("+97252"), Some(&3));
        assert_eq!(trie.longest("+1"), Some(&1));
    }
}
