macro_rules! classifier {
    ($name:ident, $source:ident, $size:expr) => {
        bert_runtime::head! {
            head $name {
                input $source;
                classifier: linear hidden -> $size;
            }
        }
    };
}

classifier!(Right, pooled, 1 + 1);
classifier!(WrongSource, poooled, 2);
classifier!(WrongSize, pooled, 1.5);

fn main() {}
