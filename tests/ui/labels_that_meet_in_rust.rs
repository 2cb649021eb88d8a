bert_runtime::head! {
    head Cities {
        labels "B-city.name", "B-city_name";
        input tokens;
        linear hidden -> labels;
    }
}

fn main() {}
