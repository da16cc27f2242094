// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// The commands of bpf(2) (`enum bpf_cmd`).
enum BPFCommand: UInt32 {
    case mapCreate = 0
    case mapLookup = 1
    case mapUpdate = 2
    case mapDelete = 3
    case mapNextKey = 4
    case programLoad = 5
    case objectPin = 6
    case objectGet = 7
    case programAttach = 8
    case programDetach = 9
    case programTestRun = 10
    case programNextID = 11
    case mapNextID = 12
    case programDescriptorByID = 13
    case mapDescriptorByID = 14
    case objectInformation = 15
    case programQuery = 16
    case rawTracepointOpen = 17
    case btfLoad = 18
    case btfDescriptorByID = 19
    case mapLookupAndDelete = 21
    case mapFreeze = 22
    case btfNextID = 23
    case mapLookupBatch = 24
    case mapLookupAndDeleteBatch = 25
    case mapUpdateBatch = 26
    case mapDeleteBatch = 27
    case linkCreate = 28
    case linkUpdate = 29
    case linkDescriptorByID = 30
    case linkNextID = 31
    case enableStatistics = 32
    case iteratorCreate = 33
    case linkDetach = 34
    case programBindMap = 35
    case tokenCreate = 36
    case programStreamRead = 37

    /// Whether it reads or writes the value of an element, and so may do that under a lock.
    var takesValues: Bool {
        switch self {
        case .mapLookup, .mapUpdate, .mapLookupAndDelete: true
        default: false
        }
    }
}

/// Calls bpf(2). The answer is not negative, or a negative errno.
func bpf<Attributes: BitwiseCopyable>(_ command: BPFCommand, _ attributes: inout Attributes) -> Int32 {
    bpf(command, &attributes, byteCount: MemoryLayout<Attributes>.size)
}

/// Creates a link. What kinds of links add is a C union, which Swift does not take for plain numbers on its own.
func bpf(creating link: inout bpf_link_create_attributes) -> Int32 {
    bpf(.linkCreate, &link, byteCount: MemoryLayout<bpf_link_create_attributes>.size)
}

private func bpf(_ command: BPFCommand, _ attributes: UnsafeMutableRawPointer, byteCount: Int) -> Int32 {
    var attempts = 5
    while true {
        let result = linux_bpf(command.rawValue, attributes, UInt32(byteCount))
        if result >= 0 { return result }
        // Loading a program answers EAGAIN when a signal arrives while it is verified; a clock's signals never end.
        attempts -= 1
        guard errno == EAGAIN || errno == EINTR, attempts > 0 else { return -errno }
    }
}

/// Calls bpf(2) for something that kernels before 5.11 count against the limit of locked memory, which is lifted when it is
/// the reason of a failure.
func bpfCountingMemory<Attributes: BitwiseCopyable>(_ command: BPFCommand, _ attributes: inout Attributes) -> Int32 {
    let result = bpf(command, &attributes)
    guard LockedMemory.mayExplain(result), LockedMemory.liftLimit() else { return result }
    return bpf(command, &attributes)
}

/// The address of memory as system calls take it.
func address(_ pointer: UnsafeRawPointer?) -> UInt64 {
    UInt64(UInt(bitPattern: pointer))
}

/// Calls `body` with the address of a text that ends with a zero, as system calls take it. The text lives as long as the call.
func withZeroTerminated<Result>(_ text: String, _ body: (UInt64) -> Result) -> Result {
    var bytes = Array(text.utf8)
    bytes.append(0)
    return bytes.withUnsafeBytes { body(address($0.baseAddress)) }
}

/// Copies a name into the sixteen bytes that the kernel keeps of it; what it does not allow becomes an underscore.
func kernelName(_ name: String, into field: inout some BitwiseCopyable) {
    withUnsafeMutableBytes(of: &field) { bytes in
        for (index, byte) in name.utf8.prefix(bytes.count - 1).enumerated() {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "."):
                bytes[index] = byte
            default: bytes[index] = UInt8(ascii: "_")
            }
        }
    }
}
