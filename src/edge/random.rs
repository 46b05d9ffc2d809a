//! Randomness for ids, leases and jitter.

/// Random bytes. On the edge and natively this cannot fail short of a broken system; zeros are then harmless to
/// uniqueness, since every id also carries its time.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    let _ = getrandom::fill(&mut bytes);
    bytes
}

/// Random bytes for a secret: none at all rather than ones that can be guessed.
pub fn secret<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).ok()?;
    Some(bytes)
}

/// A number in `0.0..1.0`.
pub fn fraction() -> f64 {
    let number = u32::from_le_bytes(bytes());
    f64::from(number) / (f64::from(u32::MAX) + 1.0)
}
