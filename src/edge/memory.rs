//! How much memory the module has taken. It never gives any back, so that this is the most it ever used.

/// In bytes; zero natively.
pub fn taken() -> u64 {
    #[cfg(target_arch = "wasm32")]
    let pages = core::arch::wasm32::memory_size::<0>();
    #[cfg(not(target_arch = "wasm32"))]
    let pages = 0_usize;
    u64::try_from(pages).unwrap_or(0).saturating_mul(65_536)
}
