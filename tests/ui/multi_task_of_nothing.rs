#[derive(bert_runtime::MultiTask)]
struct Assistant {}

#[derive(bert_runtime::MultiTask)]
struct Other;

fn main() {
    let _ = bert_runtime::BertFor::<Other>::from_pretrained("x", &bert_runtime::Device::Cpu).unwrap().predict("x");
}
