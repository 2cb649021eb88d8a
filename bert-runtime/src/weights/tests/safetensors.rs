//! `.safetensors` files.

use candle_core::{DType, Device, Tensor};

use super::{file, folder, numbers, open, refused, shared, with_header};
use crate::error::ErrorKind;
use crate::weights::{Checkpoint, Health};

const FILE: &str = "model.safetensors";

fn small() -> Vec<u8> {
    file(&[("a.weight", &[2, 2], vec![1., 2., 3., 4.]), ("a.bias", &[2], vec![5., 6.])])
}

fn header(entry: &str, bytes: usize) -> Vec<u8> {
    with_header(&format!("{{{entry}}}"), &vec![0; bytes])
}

#[test]
fn numbers_are_those_of_the_file() {
    let checkpoint = open(FILE, &small()).unwrap();
    assert_eq!(checkpoint.names().collect::<Vec<_>>(), ["a.bias", "a.weight"]);
    assert_eq!(checkpoint.facts("a.weight").unwrap().shape, [2, 2]);
    assert_eq!(numbers(&checkpoint, "a.weight"), [1., 2., 3., 4.]);
    assert_eq!(numbers(&checkpoint, "a.bias"), [5., 6.]);
    refused(checkpoint.read("b", &Device::Cpu, DType::F32), &["no tensor `b`"]);
}

#[test]
fn real_files_read_as_candle_reads_them() {
    let Some(folder) = shared("oracle/cases/hf_pre_training") else { return };
    let checkpoint = Checkpoint::open(&folder).unwrap();
    let expected = candle_core::safetensors::load(folder.join(FILE), &Device::Cpu).unwrap();
    assert_eq!(checkpoint.names().count(), expected.len());
    for (name, tensor) in expected {
        let flat: Vec<f32> = tensor.flatten_all().unwrap().to_vec1().unwrap();
        assert_eq!(numbers(&checkpoint, &name), flat, "{name}");
    }
}

#[test]
fn floats_are_cast_and_nothing_else() {
    let entry = |dtype: &str, bytes: usize| {
        header(&format!("\"a\": {{\"dtype\": \"{dtype}\", \"shape\": [2], \"data_offsets\": [0, {bytes}]}}"), bytes)
    };
    for (dtype, bytes) in [("F16", 4), ("BF16", 4), ("F32", 8), ("F64", 16)] {
        let checkpoint = open(FILE, &entry(dtype, bytes)).unwrap();
        for wanted in [DType::F32, DType::F16, DType::BF16] {
            assert_eq!(checkpoint.read("a", &Device::Cpu, wanted).unwrap().dtype(), wanted);
        }
    }
    for (dtype, bytes) in [("I8", 2), ("U8", 2), ("BOOL", 2), ("I64", 16), ("F8_E4M3", 2)] {
        let checkpoint = open(FILE, &entry(dtype, bytes)).unwrap();
        refused(checkpoint.read("a", &Device::Cpu, DType::F32), &["`a`", dtype, "floats are expected"]);
    }
}

#[test]
fn pieces_are_cast_as_candle_casts_a_whole_tensor() {
    const COUNT: usize = (1 << 18) + 1003;
    let odd = [0.0, -0.0, 1e-8, 6.1e-5, 65_504.0, 65_520.0, 1e30, f32::MAX, f32::INFINITY, f32::NEG_INFINITY, f32::NAN];
    let plain = (0..COUNT - odd.len()).map(|i| (i as f32 - 9e4) / 771.0);
    let wide = Tensor::from_iter(plain.chain(odd), &Device::Cpu).unwrap();
    for (name, stored) in [("F16", DType::F16), ("BF16", DType::BF16), ("F32", DType::F32), ("F64", DType::F64)] {
        let numbers = wide.to_dtype(stored).unwrap();
        let bytes = bytes_of(&numbers);
        let entry = format!("{{\"a\": {{\"dtype\": \"{name}\", \"shape\": [{COUNT}], \"data_offsets\": [0, {}]}}}}", bytes.len());
        let checkpoint = open(FILE, &with_header(&entry, &bytes)).unwrap();
        for wanted in [DType::F32, DType::F64, DType::F16, DType::BF16] {
            let (found, health) = checkpoint.read_here("a", wanted).unwrap();
            assert_eq!(bytes_of(&found), bytes_of(&numbers.to_dtype(wanted).unwrap()), "{stored:?} as {wanted:?}");
            assert_eq!(health, Health::NonFinite);
        }
    }
}

/// The bytes of a tensor's numbers, as candle writes them.
fn bytes_of(tensor: &Tensor) -> Vec<u8> {
    let mut bytes = Vec::new();
    tensor.write_bytes(&mut bytes).unwrap();
    bytes
}

#[test]
fn the_health_of_a_tensor_is_that_of_all_its_pieces() {
    let mut numbers = vec![0.0; 1 << 19];
    let health = |numbers: &[f32]| {
        let checkpoint = open(FILE, &file(&[("a", &[numbers.len()], numbers.to_vec())])).unwrap();
        checkpoint.read_here("a", DType::F32).unwrap().1
    };
    assert_eq!(health(&numbers), Health::AllZero);
    numbers[1 << 18] = 1.0;
    assert_eq!(health(&numbers), Health::Sound);
    numbers[7] = f32::NAN;
    assert_eq!(health(&numbers), Health::NonFinite);
}

#[test]
fn short_files_and_impossible_headers() {
    refused(open(FILE, b""), &[FILE, "empty"]);
    refused(open(FILE, &[0; 7]), &["7 bytes"]);
    refused(open(FILE, &[0; 8]), &["does not begin with"]);
    for length in [9, 100_000_001, u64::MAX] {
        let mut bytes = length.to_le_bytes().to_vec();
        bytes.extend(b"{}");
        refused(open(FILE, &bytes), &["its header should have", "has 10"]);
    }
}

#[test]
fn every_truncation_is_an_error() {
    let bytes = small();
    for end in 0..bytes.len() {
        assert_eq!(open(FILE, &bytes[..end]).unwrap_err().kind(), ErrorKind::Weights, "{end}");
    }
    refused(open(FILE, &[bytes, vec![0]].concat()), &["24 bytes", "25 follow"]);
}

#[test]
fn every_byte_flip_is_an_error_or_a_checkpoint() {
    let (bytes, folder) = (small(), folder(FILE, &[]));
    for place in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[place] ^= 1 << bit;
            std::fs::write(folder.path().join(FILE), flipped).unwrap();
            let Ok(checkpoint) = Checkpoint::open(folder.path()) else { continue };
            for name in checkpoint.names() {
                let _ = checkpoint.read(name, &Device::Cpu, DType::F32);
            }
        }
    }
}

#[test]
fn places_must_be_without_overlap_and_holes() {
    let two = |first: &str, second: &str, bytes| {
        let entry = |name, offsets| format!("\"{name}\": {{\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": {offsets}}}");
        open(FILE, &header(&format!("{}, {}", entry("a", first), entry("b", second)), bytes))
    };
    two("[0, 4]", "[4, 8]", 8).unwrap();
    refused(two("[0, 4]", "[0, 4]", 4), &["offset"]);
    refused(two("[0, 4]", "[8, 12]", 12), &["offset"]);
    refused(two("[4, 0]", "[4, 8]", 8), &["offset"]);
    refused(two("[0, 4]", "[4, 8]", 4), &["8 bytes", "4 follow"]);
    refused(two("[0, 4]", "[4, 18446744073709551615]", 8), &["no valid"]);
    refused(two("[0, 4]", "[4, 8.0]", 8), &["malformed"]);
}

#[test]
fn shapes_must_be_what_the_bytes_are() {
    let shaped = |shape: &str, bytes: usize| {
        open(FILE, &header(&format!("\"a\": {{\"dtype\": \"F32\", \"shape\": {shape}, \"data_offsets\": [0, {bytes}]}}"), bytes))
    };
    refused(shaped("[4294967296, 4294967296]", 4), &["overflow"]);
    refused(shaped("[2]", 4), &["shape"]);
    assert_eq!(numbers(&shaped("[0, 3]", 0).unwrap(), "a"), Vec::<f32>::new());
    assert_eq!(numbers(&shaped("[]", 4).unwrap(), "a"), [0.]);
    let deep = format!("[{}]", vec!["1"; 100].join(","));
    assert_eq!(shaped(&deep, 4).unwrap().facts("a").unwrap().shape.len(), 100);
}

#[test]
fn headers_are_strict_json() {
    let a = "\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4]}";
    refused(open(FILE, &header(&format!("{a}, {a}"), 4)), &["\"a\" is there twice"]);
    refused(
        open(FILE, &header("\"a\": {\"dtype\": \"F32\", \"dtype\": \"F16\", \"shape\": [1], \"data_offsets\": [0, 4]}", 4)),
        &["duplicate"],
    );
    refused(open(FILE, &header(&format!("\"__metadata__\": {{\"a\": 1}}, {a}"), 4)), &["malformed"]);
    refused(open(FILE, &header(&format!("\"x\": {}", "[".repeat(10_000)), 0)), &["malformed"]);
    let mut invalid = header(a, 4);
    invalid[10] = 0xff;
    refused(open(FILE, &invalid), &["UTF-8"]);
    let long = format!("\"__metadata__\": {{\"a\": \"{}\"}}, {a}", "x".repeat(10 << 20));
    open(FILE, &header(&long, 4)).unwrap();
}

#[test]
fn a_file_that_is_cut_after_it_was_opened_is_an_error() {
    let folder = folder(FILE, &small());
    let checkpoint = Checkpoint::open(folder.path()).unwrap();
    let cut = std::fs::File::options().write(true).open(folder.path().join(FILE)).unwrap();
    cut.set_len(20).unwrap();
    refused(checkpoint.read("a.weight", &Device::Cpu, DType::F32), &["cannot be read"]);
}
