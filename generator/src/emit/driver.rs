//! x
use crate::error::Error;
use serde_json::Value;
use super::{Input,File};
/// d
#[derive(Debug)]
pub struct DriverInput; 
/// d
#[derive(Debug)]
pub struct SampleCall; 
/// d
#[derive(Debug)]
pub struct UnionSamples; 
/// d
pub fn driver(_: &Input<'_>, _: &DriverInput) -> Result<Vec<File>, Error> { let _=Value::Null; Ok(vec![]) }
