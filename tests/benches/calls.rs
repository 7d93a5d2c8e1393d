//! What a call costs through the client, beside the same request by bare reqwest.
//!
//! ```text
//! cargo bench -p logto-tests --bench calls
//! ```
//!
//! Both send the same headers to the same server, which is a process of its own, with the same timeouts, and decode the same
//! type from the same JSON in the same way. Batches of the two take turns, so that whatever else the machine does falls on
//! both; what counts is the CPU time of this process (user and system), and the median over the batches. The run fails where
//! the client costs more than 1.05 times as much.

use std::convert::Infallible;
use std::future::Future;
use std::io::{BufRead, BufReader};
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use logto_management::reqwest::header::{ACCEPT, HeaderMap, HeaderValue, USER_AGENT};
use logto_management::reqwest::{self, redirect};
use logto_management::types::User;
use logto_management::{Client, Error};
use logto_tests::fault::tls::Authority;
use rustix::time::{ClockId, clock_gettime};
use tokio::net::TcpListener;

/// How much more a call may cost through the client.
const BOUND: f64 = 1.05;
/// Calls in flight, each with the number of calls in a batch.
const LOADS: [(usize, usize); 2] = [(1, 400), (256, 2048)];
/// Batches of each side that count, and such before them that do not.
const ROUNDS: usize = 61;
const WARM_UP: usize = 5;

const TOKEN: &str = r#"{"access_token":"a.b.c","expires_in":3600,"token_type":"Bearer","scope":"all"}"#;
const USER: &str = r#"{"id":"gxiy27j6mqkx","username":"first","primaryEmail":"first@example.com","primaryPhone":null,"name":"First","avatar":null,"customData":{},"identities":{},"lastSignInAt":1700000000000,"createdAt":1700000000000,"updatedAt":1700000000000,"profile":{},"applicationId":null,"isSuspended":false,"hasPassword":false,"ssoIdentities":[],"mfaVerificationFactors":[]}"#;

type Outcome = Result<(), Box<dyn std::error::Error>>;
type Call = Pin<Box<dyn Future<Output = Result<User, Error>>>>;

fn main() -> ExitCode {
    let serves = std::env::args().any(|argument| argument == "--serve");
    match if serves { serve() } else { compare() } {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Answers every request until the process is ended.
fn serve() -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        println!("http://{}", listener.local_addr()?);
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let answer = service_fn(|request: hyper::Request<hyper::body::Incoming>| async move {
                let body = if request.uri().path() == "/oidc/token" { TOKEN } else { USER };
                let reply = hyper::Response::builder().header("content-type", "application/json; charset=utf-8");
                let reply = reply.header("logto-core-request-id", "2f1c7a90b3d44e55");
                Ok::<_, Infallible>(reply.body(Full::new(Bytes::from_static(body.as_bytes()))).unwrap_or_default())
            });
            tokio::spawn(async move {
                // A client that goes away is the end of its connection.
                let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
            });
        }
    })
}

/// The server in its own process, which ends with this value.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start() -> Result<Self, Box<dyn std::error::Error>> {
        let mut process = Command::new(std::env::current_exe()?).arg("--serve").stdout(Stdio::piped()).spawn()?;
        let mut address = String::new();
        BufReader::new(process.stdout.take().ok_or("no output")?).read_line(&mut address)?;
        Ok(Self { process, address: address.trim().to_owned() })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn compare() -> Outcome {
    let server = Server::start()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let logto =
        Client::builder().self_hosted(&server.address).client_credentials("app", "secret").no_proxy().build()?;
    let http = bare()?;
    let url = format!("{}/api/users/gxiy27j6mqkx", server.address);
    let by_bare = || -> Call {
        let request = http.get(&url).bearer_auth("a.b.c");
        Box::pin(async move {
            let reply = request.send().await.and_then(reqwest::Response::error_for_status).map_err(failed)?;
            serde_json::from_slice(&reply.bytes().await.map_err(failed)?)
                .map_err(|error| Error::config(error.to_string()))
        })
    };
    let by_client = || -> Call { Box::pin(logto.get_user("gxiy27j6mqkx").into_future()) };
    println!("{:>9}  {:>12}  {:>12}  {:>6}", "in flight", "bare, µs", "client, µs", "ratio");
    let mut worst = 0.0_f64;
    for (in_flight, calls) in LOADS {
        let (mut bare, mut client) = (Vec::new(), Vec::new());
        for round in 0..WARM_UP + ROUNDS {
            // Whoever comes second may find the machine warmer or busier, so they take turns in that as well.
            let batches: [(&dyn Fn() -> Call, &mut Vec<f64>); 2] = [(&by_bare, &mut bare), (&by_client, &mut client)];
            let order = if round % 2 == 0 { [0, 1] } else { [1, 0] };
            let mut batches = batches.map(Some);
            for index in order {
                let Some((call, times)) = batches[index].take() else { continue };
                let time = runtime.block_on(batch(call, in_flight, calls))?;
                if round >= WARM_UP {
                    times.push(time);
                }
            }
        }
        let (bare, client) = (median(bare), median(client));
        println!("{in_flight:>9}  {bare:>12.2}  {client:>12.2}  {:>6.3}", client / bare);
        worst = worst.max(client / bare);
    }
    if worst > BOUND {
        return Err(format!("a call costs {worst:.3} times as much as by bare reqwest, {BOUND} is allowed").into());
    }
    Ok(())
}

/// An HTTP client with the headers and timeouts of the other one.
fn bare() -> Result<reqwest::Client, Box<dyn std::error::Error>> {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(USER_AGENT, HeaderValue::from_static("logto-management/0.1.0"));
    // The authority is of no use to a server without TLS, but without one there would be no TLS at all.
    let builder = Authority::new()
        .and_then(|authority| authority.client())
        .map_err(|error| error.to_string())?
        .default_headers(headers)
        .redirect(redirect::Policy::none())
        .referer(false)
        .connect_timeout(Duration::from_secs(5))
        .read_timeout(Duration::from_secs(15))
        .timeout(Duration::from_secs(30))
        .pool_idle_timeout(Duration::from_secs(4));
    Ok(builder.build()?)
}

fn failed(error: reqwest::Error) -> Error {
    Error::config(error.to_string())
}

/// The CPU time of one call in microseconds, over a batch with so many in flight.
async fn batch(call: &dyn Fn() -> Call, in_flight: usize, calls: usize) -> Result<f64, Error> {
    let begin = cpu_time();
    let lane = |_| async {
        for _ in 0..calls / in_flight {
            call().await?;
        }
        Ok::<_, Error>(())
    };
    for lane in join_all((0..in_flight).map(lane)).await {
        lane?;
    }
    Ok((cpu_time() - begin).as_secs_f64() * 1e6 / calls as f64)
}

/// The CPU time of this process, user and system.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
