//! The retry budget.

use super::Budget;

#[test]
fn c5_it_empties_and_fills() {
    let budget = Budget::new(10);
    budget.take(5).unwrap().spend();
    budget.take(5).unwrap().spend();
    assert!(budget.take(1).is_none(), "it is empty");
    budget.put(3);
    assert!(budget.take(4).is_none(), "there is less than that");
    budget.put(u32::MAX);
    assert!(budget.take(11).is_none(), "it holds no more than its size");
    assert!(budget.take(10).is_some());
}

#[test]
fn c16_what_is_not_spent_comes_back() {
    let budget = Budget::new(5);
    drop(budget.take(5).unwrap());
    budget.take(5).unwrap().spend();
    assert!(budget.take(1).is_none());
}
