//! Ids and times that look real and are the same in every run.

/// Letters of an entity's id.
const LOWER: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
/// Letters of a request's id.
const ANY: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-";
/// When the fake's time begins, in milliseconds since the epoch.
const BEGINNING: u64 = 1_763_000_000_000;

/// Makes ids and times. Time stands still but for [`Maker::advance`] and a millisecond for every entity.
#[derive(Debug)]
pub(super) struct Maker {
    state: u64,
    now: u64,
}

impl Default for Maker {
    fn default() -> Self {
        Self { state: 1, now: BEGINNING }
    }
}

impl Maker {
    /// An entity's id.
    pub(super) fn entity_id(&mut self, length: usize) -> String {
        self.text(LOWER, length)
    }

    /// A `Logto-Core-Request-Id`.
    pub(super) fn request_id(&mut self) -> String {
        self.text(ANY, 16)
    }

    /// The time in milliseconds since the epoch, and a millisecond passes.
    pub(super) fn tick(&mut self) -> u64 {
        self.now += 1;
        self.now
    }

    /// The time in seconds since the epoch.
    pub(super) fn seconds(&self) -> u64 {
        self.now / 1000
    }

    /// Lets time pass.
    pub(super) fn advance(&mut self, seconds: u64) {
        self.now += seconds * 1000;
    }

    fn text(&mut self, letters: &[u8], length: usize) -> String {
        (0..length).map(|_| char::from(letters[(self.next() % letters.len() as u64) as usize])).collect()
    }

    /// The next number of SplitMix64.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
