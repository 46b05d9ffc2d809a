//! Pure: the switches that the platform itself asks. Each is on until somebody switches it off.

/// A switch that every tenant has.
#[derive(Debug)]
pub struct Switch {
    /// Its name among the flags.
    pub name: &'static str,
    /// For people.
    pub description: &'static str,
}

/// Whether campaigns send.
pub const SENDING: Switch = Switch {
    name: "sending",
    description: "Campaigns send. Off holds everything back that is not handed over yet; nothing is lost, and it goes when this is on again.",
};

/// All of them, by name.
pub static ALL: [Switch; 1] = [SENDING];

/// The switch of this name.
pub fn find(name: &str) -> Option<&'static Switch> {
    ALL.iter().find(|switch| switch.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::feature_flags::model::is_name;

    #[test]
    fn names_are_names_and_in_order() {
        assert!(ALL.iter().all(|switch| is_name(switch.name)));
        assert!(ALL.windows(2).all(|pair| pair[0].name < pair[1].name));
        assert!(find("sending").is_some() && find("Sending").is_none());
    }
}
