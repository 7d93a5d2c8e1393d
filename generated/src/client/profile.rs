//! What the runtime must know about Logto. Written by hand.

use logto_runtime::{Profile, TokenRefusal};

/// Why Logto refuses a token, as `data.code` of its 401 says it.
const TOKEN_REFUSALS: &[TokenRefusal] = &[
    TokenRefusal {
        code: "ERR_JWKS_NO_MATCHING_KEY",
        is_cured: true,
        hint: "Logto no longer has the key that signed it, because its signing keys were rotated",
    },
    TokenRefusal {
        code: "ERR_JWT_EXPIRED",
        is_cured: true,
        hint: "it has expired by Logto's clock; check the clocks of both machines",
    },
    TokenRefusal {
        code: "ERR_JWS_INVALID",
        is_cured: true,
        hint: "it is not a JWT that Logto can read; check where it comes from, and that it was issued for a resource",
    },
    TokenRefusal {
        code: "ERR_JWT_CLAIM_VALIDATION_FAILED",
        is_cured: false,
        hint: "it is for another audience or from another issuer; check that the resource, the tenant and the address are of \
               the same Logto",
    },
];

/// Logto as its wire shows it.
pub(super) fn profile() -> Profile {
    Profile {
        token_path: Some("/oidc/token"),
        scope: Some("all"),
        scope_always_told: true,
        missing_scope_hint: "give the machine-to-machine application a role with access to the Logto Management API",
        token_refusals: TOKEN_REFUSALS,
        path_prefix: Some("/api"),
        request_id_header: Some("logto-core-request-id"),
        permanent_codes: &["request.message_rate_limited", "connector.usage_limit_exceeded"],
        quota_codes: &["auth.exceed_token_limit"],
        expired_secret: Some("expired"),
        // It inserts what is not there yet, but fails where it runs twice at once.
        unsafe_puts: &["ReplaceApplicationRoles"],
        max_request_bytes: Some(1024 * 1024),
        ..Profile::new(concat!("logto-management/", env!("CARGO_PKG_VERSION")))
    }
}
