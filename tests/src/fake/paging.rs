//! Pages as the server makes them, its wrong `Link` URLs included.

use std::ops::Range;

use crate::answer::Answer;

use super::errors;

/// Lists that are whole unless a page is asked for. The document does not tell them from the others.
pub const PAGED_IF_ASKED: [&str; 15] = [
    "/api/applications",
    "/api/applications/{id}/organizations",
    "/api/hooks",
    "/api/one-time-tokens",
    "/api/resources",
    "/api/roles/{id}/scopes",
    "/api/sso-connectors",
    "/api/organization-scopes",
    "/api/organization-roles/{id}/scopes",
    "/api/organization-roles/{id}/resource-scopes",
    "/api/organizations/{id}/users/{userId}/roles",
    "/api/organizations/{id}/applications/{applicationId}/roles",
    "/api/organizations/{id}/jit/email-domains",
    "/api/organizations/{id}/jit/roles",
    "/api/organizations/{id}/jit/sso-connectors",
];

/// A page that is not told is this long.
const DEFAULT_SIZE: u64 = 20;
/// A page is at most this long.
const MAX_SIZE: f64 = 100.0;
/// A capped total counts up to here, and one more.
const CAP: u64 = 10_000;

/// A page that a request asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Window {
    /// The page, from 1. The server takes fractions.
    pub page: f64,
    /// How many rows a page has.
    pub size: u64,
    /// Whether the total may be capped.
    pub enable_cap: bool,
}

impl Window {
    /// Reads `page` and `page_size`. `None`: the whole list was asked for.
    ///
    /// # Errors
    ///
    /// The server's answer to values out of range.
    pub(super) fn read(template: &str, pairs: &[(String, String)]) -> Result<Option<Self>, Answer> {
        let all = |name: &str| pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect();
        let (page, size): (Vec<&str>, Vec<&str>) = (all("page"), all("page_size"));
        if page.is_empty() && size.is_empty() && PAGED_IF_ASKED.contains(&template) {
            return Ok(None);
        }
        let page = number(&page)?.unwrap_or(1.0);
        let size = number(&size)?.unwrap_or(DEFAULT_SIZE as f64);
        if page < 1.0 || !(1.0..=MAX_SIZE).contains(&size) {
            return Err(errors::invalid_pagination());
        }
        if page * size > i64::MAX as f64 {
            // The offset is more than the database takes, and that error comes from elsewhere.
            return Err(errors::empty_values());
        }
        let enable_cap = pairs.iter().any(|(key, value)| key == "enableCap" && value == "true");
        Ok(Some(Self { page, size: size as u64, enable_cap }))
    }

    /// The rows of this page, of a list with this many.
    pub(super) fn range(&self, total: usize) -> Range<usize> {
        let start = ((self.page - 1.0) * self.size as f64).round() as usize;
        start.min(total)..start.saturating_add(self.size as usize).min(total)
    }

    /// Adds `Total-Number` and one `Link` line for each relation.
    pub(super) fn headers(&self, mut answer: Answer, total: u64, link: &LinkBase<'_>) -> Answer {
        let capped = self.enable_cap && total > CAP;
        let shown = if capped { CAP + 1 } else { total };
        answer = answer.with("Total-Number", shown.to_string());
        if capped {
            answer = answer.with("Total-Number-Is-Capped", "true");
        }
        let page = self.page.floor() as u64;
        let last = total.div_ceil(self.size).max(1);
        let relations = [
            ("first", Some(1)),
            ("prev", (page > 1).then(|| page - 1)),
            ("last", (!capped).then_some(last)),
            ("next", (!capped && page < last).then(|| page + 1)),
        ];
        for (relation, page) in relations {
            if let Some(page) = page {
                answer = answer.with("Link", format!("<{}>; rel=\"{relation}\"", link.url(page)));
            }
        }
        answer
    }
}

fn number(values: &[&str]) -> Result<Option<f64>, Answer> {
    match values {
        [] | [""] => Ok(None),
        [value] => match value.trim().parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Some(value)),
            _ => Err(errors::invalid_pagination()),
        },
        _ => Err(errors::invalid_pagination()),
    }
}

/// What the server builds its `Link` URLs from: all wrong in the same three ways. The prefix `/api` is missing, the
/// scheme is plain `http`, and values of a repeated key are joined by a comma.
#[derive(Debug, Clone, Copy)]
pub(super) struct LinkBase<'a> {
    /// The `Host` of the request.
    pub host: &'a str,
    /// The path of the request.
    pub path: &'a str,
    /// The query of the request.
    pub pairs: &'a [(String, String)],
}

impl LinkBase<'_> {
    fn url(&self, page: u64) -> String {
        let mut joined: Vec<(&str, String)> = Vec::new();
        for (name, value) in self.pairs {
            match joined.iter_mut().find(|(known, _)| known == name) {
                Some((_, values)) => values.extend([",", value]),
                None => joined.push((name, value.clone())),
            }
        }
        match joined.iter_mut().find(|(name, _)| *name == "page") {
            Some((_, value)) => *value = page.to_string(),
            None => joined.push(("page", page.to_string())),
        }
        let query: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(joined).finish();
        let path = self.path.strip_prefix("/api").unwrap_or(self.path);
        format!("http://{}{path}?{query}", self.host)
    }
}
