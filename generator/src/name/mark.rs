//! The last resort where names collide: a mark made of what is named, so that it does not depend on any order.

/// Marks for a text, six or more hexadecimal digits each, until one is free.
pub(crate) fn marks(text: &str) -> impl Iterator<Item = String> + use<> {
    // FNV-1a, 64 bits: short, and the same on every machine.
    let start = 0xcbf2_9ce4_8422_2325_u64;
    let mut state = text.bytes().fold(start, step);
    std::iter::repeat_with(move || {
        let mark = format!("{:06x}", state >> 40);
        state = step(state, 0);
        mark
    })
}

fn step(state: u64, byte: u8) -> u64 {
    (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
}
