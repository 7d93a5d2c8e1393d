//! Where Logto is, from code and from the environment.

use std::env::VarError;

use super::{Place, Settings};

/// Variables, and what their error names.
type Missing<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str]);
type Case<'a> = (&'a [(&'a str, &'a str)], Result<(&'a str, &'a str), &'a str>);

fn read(variables: &[(&str, &str)]) -> Result<Settings, logto_runtime::Error> {
    Settings::read(|name| {
        let found = variables.iter().find(|(other, _)| *other == name);
        found.map(|(_, value)| (*value).to_owned()).ok_or(VarError::NotPresent)
    })
}

#[test]
fn the_environment_names_the_server() {
    const APP: [(&str, &str); 2] = [("LOGTO_APP_ID", "id"), ("LOGTO_APP_SECRET", "secret")];
    let cases: &[Case] = &[
        (&[("LOGTO_TENANT_ID", "company")], Ok(("https://company.logto.app", "https://company.logto.app/api"))),
        (&[("LOGTO_TENANT_ID", " company ")], Ok(("https://company.logto.app", "https://company.logto.app/api"))),
        (
            &[("LOGTO_ENDPOINT", "https://auth.example.com")],
            Ok(("https://auth.example.com", "https://default.logto.app/api")),
        ),
        (
            &[("LOGTO_TENANT_ID", "company"), ("LOGTO_ENDPOINT", "https://auth.example.com")],
            Ok(("https://auth.example.com", "https://company.logto.app/api")),
        ),
        (&[], Err("LOGTO_TENANT_ID")),
        (&[("LOGTO_TENANT_ID", "")], Err("LOGTO_TENANT_ID is empty")),
        (&[("LOGTO_TENANT_ID", "company.evil.com/")], Err("LOGTO_TENANT_ID must be")),
        (&[("LOGTO_ENDPOINT", "auth.example.com")], Err("LOGTO_ENDPOINT is not a URL")),
        (&[("LOGTO_ENDPOINT", "localhost:3001")], Err("LOGTO_ENDPOINT is not a URL")),
        (&[("LOGTO_TENANT_ID", "company"), ("LOGTO_RESOURCE", "nonsense")], Err("LOGTO_RESOURCE is not a URI")),
    ];
    for (variables, expected) in cases {
        let all: Vec<_> = variables.iter().copied().chain(APP).collect();
        match (read(&all), expected) {
            (Ok(settings), Ok((base_url, resource))) => {
                assert_eq!(settings.place.base_url(), *base_url, "{variables:?}");
                assert_eq!(settings.place.resource(), *resource, "{variables:?}");
            }
            (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{variables:?}: {error}"),
            (result, _) => panic!("{variables:?}: {result:?}"),
        }
    }
}

#[test]
fn a_missing_credential_is_named() {
    let tenant = ("LOGTO_TENANT_ID", "company");
    let cases: &[Missing] = &[
        (&[tenant], &["LOGTO_APP_ID", "LOGTO_APP_SECRET"]),
        (&[tenant, ("LOGTO_APP_ID", "id")], &["LOGTO_APP_SECRET"]),
        (&[("LOGTO_APP_ID", "")], &["LOGTO_TENANT_ID", "LOGTO_ENDPOINT", "LOGTO_APP_ID is empty", "LOGTO_APP_SECRET"]),
    ];
    for (variables, names) in cases {
        let error = read(variables).expect_err(names[0]);
        assert!(error.is_config(), "{error}");
        for name in *names {
            assert!(error.to_string().contains(name), "{name}: {error}");
        }
    }
}

#[test]
fn a_builder_names_what_is_wrong() {
    let cases: &[(Place, Option<&str>)] = &[
        (Place::Cloud { tenant: "my-tenant".to_owned(), domain: None }, None),
        (Place::Cloud { tenant: "My_Tenant".to_owned(), domain: None }, Some("tenant id")),
        (Place::Cloud { tenant: "-".to_owned(), domain: None }, Some("tenant id")),
        (Place::SelfHosted { endpoint: "https://auth.example.com".to_owned() }, None),
        (Place::SelfHosted { endpoint: "https://company.logto.app/".to_owned() }, Some("tenant `company`")),
    ];
    for (place, expected) in cases {
        match (place.check(), expected) {
            (Ok(()), None) => {}
            (Err(error), Some(part)) => assert!(error.to_string().contains(part), "{error}"),
            (result, _) => panic!("{place:?}: {result:?}"),
        }
    }
}
