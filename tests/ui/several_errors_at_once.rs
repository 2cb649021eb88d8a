bert_runtime::head! {
    head Topics {
        labels sport, politics;
        input poled;
        dropout 2;
        classifier: linaer hidden -> labels;
        loss cross_entropy smothing=0.1;
    }
    head Ner {
        input tokens;
        classifier: linear 768 -> 0;
        residul { linear -> hidden; }
    }
}

fn main() {}
