// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// The commands of bpf(2) (`enum bpf_cmd`).
enum BPFCommand: UInt32 {
    case mapCreate = 0
    case mapLookup = 1
    case mapUpdate = 2
    case mapDelete = 3
    case programLoad = 5
    case btfLoad = 18
    case mapFreeze = 22
    case linkCreate = 28
}

/// Calls bpf(2). The answer is not negative, or a negative errno.
func bpf<Attributes: BitwiseCopyable>(_ command: BPFCommand, _ attributes: inout Attributes) -> Int32 {
    var attempts = 5
    while true {
        let result = linux_bpf(command.rawValue, &attributes, UInt32(MemoryLayout<Attributes>.size))
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

/// Copies a name into the sixteen bytes that the kernel keeps of it; what it does not allow becomes an underscore.
func kernelName(_ name: String, into field: inout some BitwiseCopyable) {
    withUnsafeMutableBytes(of: &field) { bytes in
        for (index, byte) in name.utf8.prefix(bytes.count - 1).enumerated() {
            let character = Character(Unicode.Scalar(byte))
            let isAllowed = byte < 0x80 && (character.isLetter || character.isNumber || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "."))
            bytes[index] = isAllowed ? byte : UInt8(ascii: "_")
        }
    }
}
