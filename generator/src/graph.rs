//! Definitions and what they mention, as a graph.

use crate::model::{DefId, DefKind, Model};

/// Which definitions each one leads to.
pub(crate) struct Graph {
    edges: Vec<Vec<usize>>,
    /// The circle that each definition is in, by number: what leads to others has a larger one than these.
    circles: Vec<usize>,
}

impl Graph {
    /// The graph of what `edges` finds in each definition.
    pub(crate) fn new(model: &Model, edges: &mut dyn FnMut(&DefKind, &mut Vec<DefId>)) -> Self {
        let inner = model.defs.iter().map(|def| {
            let mut inner = Vec::new();
            edges(&def.kind, &mut inner);
            let mut inner: Vec<usize> = inner.into_iter().map(|id| id.0).collect();
            inner.sort_unstable();
            inner.dedup();
            inner
        });
        let edges: Vec<Vec<usize>> = inner.collect();
        let circles = circles(&edges);
        Self { edges, circles }
    }

    /// For each definition the number of its circle, which it shares with all that it leads to and that lead back. One
    /// that does not lead back to itself has a number that no other has.
    pub(crate) fn circles(&self) -> Vec<usize> {
        let mut sizes = vec![0_usize; self.edges.len()];
        self.circles.iter().for_each(|circle| sizes[*circle] += 1);
        let alone = |index: usize| sizes[self.circles[index]] == 1 && !self.edges[index].contains(&index);
        // Numbers beyond all circles are those of definitions in none.
        (0..self.edges.len())
            .map(|index| if alone(index) { sizes.len() + index } else { self.circles[index] })
            .collect()
    }

    /// For each definition the roots from which it is reached, a bit each.
    pub(crate) fn reached_by(&self, roots: &[Vec<DefId>]) -> Vec<Vec<u64>> {
        let words = roots.len().div_ceil(64);
        let mut by = vec![vec![0_u64; words]; self.edges.len()];
        for (root, ids) in roots.iter().enumerate() {
            for id in ids {
                by[self.circles[id.0]][root / 64] |= 1 << (root % 64);
            }
        }
        let mut order: Vec<usize> = (0..self.edges.len()).collect();
        order.sort_by_key(|index| std::cmp::Reverse(self.circles[*index]));
        for index in order {
            let circle = self.circles[index];
            for inner in &self.edges[index] {
                let inner = self.circles[*inner];
                if inner != circle {
                    let (low, high) = by.split_at_mut(circle);
                    low[inner].iter_mut().zip(&high[0]).for_each(|(to, from)| *to |= from);
                }
            }
        }
        self.circles.iter().map(|circle| by[*circle].clone()).collect()
    }
}

/// The strongly connected components, by Tarjan's algorithm, without recursion.
fn circles(edges: &[Vec<usize>]) -> Vec<usize> {
    const NONE: usize = usize::MAX;
    let mut circles = vec![NONE; edges.len()];
    let (mut found, mut lowest) = (vec![NONE; edges.len()], vec![NONE; edges.len()]);
    let (mut count, mut closed) = (0, 0);
    let mut open: Vec<usize> = Vec::new();
    for start in 0..edges.len() {
        if found[start] != NONE {
            continue;
        }
        let mut way: Vec<(usize, usize)> = vec![(start, 0)];
        while let Some((at, next)) = way.pop() {
            if next == 0 {
                (found[at], lowest[at]) = (count, count);
                count += 1;
                open.push(at);
            }
            match edges[at].get(next) {
                Some(inner) => {
                    way.push((at, next + 1));
                    if found[*inner] == NONE {
                        way.push((*inner, 0));
                    } else if circles[*inner] == NONE {
                        lowest[at] = lowest[at].min(found[*inner]);
                    }
                }
                None => {
                    if lowest[at] == found[at] {
                        while let Some(id) = open.pop() {
                            circles[id] = closed;
                            if id == at {
                                break;
                            }
                        }
                        closed += 1;
                    }
                    if let Some((around, _)) = way.last() {
                        lowest[*around] = lowest[*around].min(lowest[at]);
                    }
                }
            }
        }
    }
    circles
}
