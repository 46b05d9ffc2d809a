//! Pure: asking for several at once. What is asked for often is counted by the limiter in tickets of some each, so that most
//! requests need not ask it.

use std::collections::HashMap;

/// The most keys that are remembered.
const MOST: usize = 10_000;

/// How many each key may still do without asking.
#[derive(Debug, Default)]
pub struct Tickets(HashMap<String, u32>);

impl Tickets {
    /// Takes one of what a key has left. False when it has to ask.
    pub fn take(&mut self, key: &str) -> bool {
        match self.0.get_mut(key) {
            Some(left) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        }
    }

    /// A key got a ticket for so many, of which the first is done with.
    pub fn bought(&mut self, key: String, for_so_many: u32) {
        if for_so_many <= 1 {
            return;
        }
        if self.0.len() >= MOST {
            // Whoever is forgotten asks a little earlier.
            self.0.clear();
        }
        self.0.insert(key, for_so_many - 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_for_so_many_and_for_one_key() {
        let mut tickets = Tickets::default();
        assert!(!tickets.take("a"));
        tickets.bought("a".into(), 3);
        assert!(!tickets.take("b"));
        assert_eq!(
            [tickets.take("a"), tickets.take("a"), tickets.take("a")],
            [true, true, false]
        );
        tickets.bought("a".into(), 1);
        assert!(!tickets.take("a"));
    }

    #[test]
    fn no_more_are_remembered_than_there_is_room_for() {
        let mut tickets = Tickets::default();
        for key in 0..=MOST {
            tickets.bought(key.to_string(), 10);
        }
        assert!(tickets.0.len() <= MOST && tickets.take(&MOST.to_string()));
    }
}
