//! PyTorch's files: real ones beside this file (`fixtures/make.py`), and hostile ones by hand.
#![allow(clippy::unwrap_used)]

use std::io::Write;

use candle_core::{DType, Device};
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

use crate::error::ErrorKind;
use crate::weights::Checkpoint;
use crate::weights::tests::{folder, numbers, open, refused};

const FILE: &str = "pytorch_model.bin";
const STATE: &[u8] = include_bytes!("fixtures/state.bin");

/// A zip of stored entries.
fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default().compression_method(CompressionMethod::Stored)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The pickle of `OrderedDict(a=tensor)`; `tensor` are the opcodes of offset, sizes and strides.
fn one_tensor(tensor: &[u8]) -> Vec<u8> {
    let mut pickle = b"\x80\x02ccollections\nOrderedDict\n)RX\x01\0\0\0actorch._utils\n_rebuild_tensor_v2\n(".to_vec();
    pickle.extend(b"(X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpuK\x02tQ");
    pickle.extend(tensor);
    pickle.extend(b"\x89ccollections\nOrderedDict\n)RtRs.");
    pickle
}

/// Opens a file with this pickle and a storage of the numbers 1 and 2.
fn pickled(pickle: &[u8]) -> crate::Result<Checkpoint> {
    let storage = [1f32.to_le_bytes(), 2f32.to_le_bytes()].concat();
    open(FILE, &archive(&[("m/data.pkl", pickle), ("m/data/0", &storage)]))
}

#[test]
fn real_files_read_as_pytorch_reads_them() {
    for file in [STATE, include_bytes!("fixtures/protocol4.bin")] {
        let checkpoint = open(FILE, file).unwrap();
        assert_eq!(numbers(&checkpoint, "weight"), [0., 1., 2., 3., 4., 5.]);
        assert_eq!(numbers(&checkpoint, "bias"), [0.5, -1., 2.]);
        assert_eq!(checkpoint.facts("transposed").unwrap().shape, [4, 3]);
        assert_eq!(numbers(&checkpoint, "transposed"), [0., 4., 8., 1., 5., 9., 2., 6., 10., 3., 7., 11.]);
        assert_eq!(numbers(&checkpoint, "slice"), [5., 6., 9., 10.]);
        assert_eq!([numbers(&checkpoint, "half"), numbers(&checkpoint, "brain")].concat(), [1.5, -2., 1.5, -2.]);
        assert_eq!([numbers(&checkpoint, "double"), numbers(&checkpoint, "scalar")].concat(), [1.25, 7.]);
        assert_eq!(checkpoint.facts("empty").unwrap().shape, [0, 3]);
        for name in ["ids", "mask"] {
            refused(checkpoint.read(name, &Device::Cpu, DType::F32), &[name, "Storage", "floats are expected"]);
        }
    }
}

#[test]
fn the_old_layout_says_how_to_convert() {
    refused(open(FILE, include_bytes!("fixtures/legacy.bin")), &["before 1.6", "torch.load", "model.safetensors"]);
}

#[test]
fn every_truncation_is_an_error() {
    let folder = folder(FILE, &[]);
    for end in 0..STATE.len() {
        std::fs::write(folder.path().join(FILE), &STATE[..end]).unwrap();
        assert_eq!(Checkpoint::open(folder.path()).unwrap_err().kind(), ErrorKind::Weights, "{end}");
    }
}

#[test]
fn every_byte_flip_is_an_error_or_a_checkpoint() {
    let folder = folder(FILE, &[]);
    for place in 0..STATE.len() {
        let mut flipped = STATE.to_vec();
        flipped[place] ^= 1 << (place % 8);
        std::fs::write(folder.path().join(FILE), flipped).unwrap();
        let Ok(checkpoint) = Checkpoint::open(folder.path()) else { continue };
        for name in checkpoint.names() {
            let _ = checkpoint.read(name, &Device::Cpu, DType::F32);
        }
    }
}

#[test]
fn wrong_numbers_fail_the_checksum() {
    let place = STATE.windows(12).position(|bytes| bytes == [0.5f32, -1., 2.].map(f32::to_le_bytes).concat()).unwrap();
    let mut changed = STATE.to_vec();
    changed[place] ^= 1;
    let checkpoint = open(FILE, &changed).unwrap();
    refused(checkpoint.read("bias", &Device::Cpu, DType::F32), &["hecksum"]);
    assert_eq!(numbers(&checkpoint, "weight"), [0., 1., 2., 3., 4., 5.]);
}

#[test]
fn a_hand_made_file_reads() {
    let checkpoint = pickled(&one_tensor(b"K\0K\x02\x85K\x01\x85")).unwrap();
    assert_eq!(numbers(&checkpoint, "a"), [1., 2.]);
}

#[test]
fn tensors_stay_in_their_storage() {
    let refuse = |tensor: &[u8], words: &[&str]| refused(pickled(&one_tensor(tensor)), &[&["`a`"], words].concat());
    refuse(b"K\x01K\x02\x85K\x01\x85", &["byte 12", "which has 8"]);
    refuse(b"K\0K\x03\x85K\0\x85", &["shows more numbers"]);
    refuse(b"K\0J\xff\xff\xff\x7fJ\xff\xff\xff\x7f\x86K\0K\0\x86", &["shows more numbers"]);
    refuse(b"K\0\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f\x85\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f\x85", &["too large"]);
    refuse(b"\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7fK\x01\x85K\x01\x85", &["too large"]);
    refuse(b"J\xff\xff\xff\xffK\x01\x85K\x01\x85", &["negative"]);
    refuse(b"K\0K\x02\x85K\x01K\x01\x86", &["1 sizes and 2 strides"]);
    refuse(b"K\0NK\x01\x85", &["tuple is expected"]);
    refuse(b"NK\x01\x85K\x01\x85", &["no number"]);
}

#[test]
fn nothing_is_called() {
    for call in [&b"cos\nsystem\nX\x02\0\0\0ls\x85R."[..], b"cos\nsystem\n)\x81.", b"X\x02\0\0\0osX\x06\0\0\0system\x93)R."] {
        refused(pickled(&[b"\x80\x02", call].concat()), &["`os.system`", "nothing was executed"]);
    }
    refused(pickled(b"\x80\x02K\x01)R."), &["calls something that is no function"]);
    refused(pickled(b"\x80\x02cos\nsystem\n}b."), &["state"]);
}

#[test]
fn malformed_pickles_are_errors() {
    let cases: [(&[u8], &str); 16] = [
        (b"", "too early"),
        (b"\x80", "too early"),
        (b".", "empty stack"),
        (b"\xff", "opcode 0xff"),
        (b"i", "opcode 0x69"),
        (b"X\xff\xff\xff\xff", "too early"),
        (b"X\x01\0\0\0\xff.", "not UTF-8"),
        (b"t", "no mark"),
        (b"\x86", "empty stack"),
        (b"h\x05", "never kept"),
        (b"q\x05", "empty stack"),
        (b"NNNs", "no dict"),
        (b"N(Ne", "no list"),
        (b"}(Nu", "key without a value"),
        (b"\x8a\x09\0\0\0\0\0\0\0\0\0", "more than 8 bytes"),
        (b"N.", "no dict of tensors"),
    ];
    for (pickle, word) in cases {
        refused(pickled(pickle), &[FILE, word]);
    }
    refused(pickled(b"}NNs."), &["key that is no text"]);
    refused(pickled(b"}X\x05\0\0\0epochK\x03s."), &["`epoch`", "is no tensor"]);
    refused(pickled(b"ctorch._utils\n_rebuild_tensor_v2\n)R."), &["no dict"]);
    refused(pickled(b"}X\x01\0\0\0actorch._utils\n_rebuild_tensor_v2\n)Rs."), &["`a`", "too few arguments"]);
    refused(pickled(b"ctorch._utils\n_rebuild_parameter\n)R."), &["too few arguments"]);
}

#[test]
fn bombs_stay_small() {
    let nested = [b"\x80\x02".to_vec(), vec![b'('; 2 << 20]].concat();
    refused(pickled(&nested), &["more than 1048576 objects"]);
    let deep = [b"\x80\x02)".to_vec(), vec![0x85; 1_000_000], b".".to_vec()].concat();
    refused(pickled(&deep), &["no dict"]);
    let doubling = [b"\x80\x02]q\0".to_vec(), b"h\0h\0\x86q\0".repeat(100_000), b".".to_vec()].concat();
    refused(pickled(&doubling), &["no dict"]);
    let recalled = [b"\x80\x02Nq\0".to_vec(), b"h\0".repeat(2 << 20), b".".to_vec()].concat();
    refused(pickled(&recalled), &["stacks more than"]);
    refused(pickled(&vec![b'N'; (16 << 20) + 1]), &["at most 16777216"]);
}

#[test]
fn zips_that_are_none_of_pytorchs() {
    refused(open(FILE, b"PK\x03\x04"), &[FILE, "torch.load"]);
    refused(open(FILE, b"something else"), &["no zip"]);
    refused(open(FILE, &archive(&[("m/version", b"3")])), &["no data.pkl"]);
    let pickle = one_tensor(b"K\0K\x02\x85K\x01\x85");
    refused(open(FILE, &archive(&[("m/data.pkl", &pickle), ("n/data.pkl", &pickle)])), &["2 files called data.pkl"]);
    refused(open(FILE, &archive(&[("m/data.pkl", &pickle)])), &["m/data/0"]);
    refused(open(FILE, &archive(&[("m/data.pkl", &pickle), ("m/data/0", &[0; 8]), ("m/byteorder", b"big")])), &["big-endian"]);
}

#[test]
fn entries_that_are_compressed_are_refused() {
    let mut bytes = archive(&[("m/data.pkl", &one_tensor(b"K\0K\x02\x85K\x01\x85")), ("m/data/0", &[0; 8])]);
    let central = bytes.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    for (offset, value) in [(10, 8), (8, 1)] {
        let before = std::mem::replace(&mut bytes[central + offset], value);
        assert_eq!(open(FILE, &bytes).unwrap_err().kind(), ErrorKind::Weights);
        bytes[central + offset] = before;
    }
    let size = central + 24;
    bytes[size..size + 4].copy_from_slice(&u32::MAX.to_le_bytes()[..]);
    assert!(open(FILE, &bytes).is_err());
}
