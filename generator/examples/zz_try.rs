use logto_generator::{load, lower, prose, order};
fn main(){
  let mut bad=0;
  for f in std::env::args().skip(1) {
    let t=std::time::Instant::now();
    let b=std::fs::read(&f).unwrap();
    let d=match load::document(&b){Ok(d)=>d,Err(e)=>{println!("{f}: LOAD {e}");bad+=1;continue}};
    let tl=t.elapsed();
    let dialect=if f.contains("logto"){lower::Dialect::Logto{floats:Default::default()}}else{lower::Dialect::Standard};
    let mut d=d; 
    if std::env::var("STRIP").is_ok(){prose::note_facts(&mut d.value); prose::strip(&mut d.value,"API"); order::stable(&mut d.value);}
    let t=std::time::Instant::now();
    let v=match lower::lower(d,&dialect){Ok(d)=>d,Err(e)=>{println!("{f}: LOWER {e}");bad+=1;continue}};
    let tw=t.elapsed();
    if let Ok(o)=std::env::var("OUT"){ std::fs::write(format!("{o}/{}.json",f.rsplit('/').next().unwrap()),serde_json::to_string_pretty(&v).unwrap()).unwrap(); }
    let t=std::time::Instant::now();
    match lower::typed(&v){Ok(o)=>println!("{f}: ok {} paths, load {tl:?} lower {tw:?} typed {:?}",o.paths.paths.len(),t.elapsed()),Err(e)=>{println!("{f}: TYPED {e}");bad+=1}}
  }
  println!("bad {bad}");
}
