// SPDX-License-Identifier: Apache-2.0

import Bytes
import BPFObject
import CLinux
import Glibc

/// What the kernel says while it looks at a program or at types, whole wherever it can deliver it whole.
///
/// | kernel | most bytes | a log that does not fit |
/// |---|---|---|
/// | before 6.4, program | `UINT_MAX >> 2`, 1 GiB | ENOSPC; its beginning is kept |
/// | before 6.4, types | `UINT_MAX >> 8`, 16 MiB | ENOSPC; its beginning is kept |
/// | 6.4 and newer | `UINT_MAX >> 2`, 1 GiB | ENOSPC; its end is kept, and how long it would be is told (`log_true_size`) |
///
/// A larger buffer is refused with EINVAL. (`kernel/bpf/log.c`, and `kernel/bpf/btf.c` of older kernels.)
enum KernelLog {
    /// What an attempt answered.
    struct Answer {
        /// A descriptor, which is closed here, or a negative errno.
        var status: Int32
        /// How many bytes the whole log has with its NUL; 0 where the kernel does not tell.
        var trueSize: Int = 0
    }

    /// How much the verifier tells (`BPF_LOG_LEVEL1`, `BPF_LOG_STATS`): with the instructions, or the reason and the numbers alone.
    enum Level: UInt32 {
        case instructions = 1
        case reason = 4
    }

    /// The sizes that are tried, in bytes. Memory that the log does not reach is never touched; so the first is the most that every kernel takes.
    static let sizes = (1 << 24) - 1...(1 << 30) - 1

    /// Asks for a log with a buffer that grows until the log fits.
    ///
    /// - Parameter attempt: does what the kernel is to tell about. It takes time for a large program, so it is done again only for a log of
    ///   over 16 MiB: once where the kernel says how long it is.
    /// - Returns: the bytes up to the NUL, and what is missing of them.
    static func read(
        sizes: ClosedRange<Int> = sizes, _ attempt: (UnsafeMutableRawBufferPointer, Level) -> Answer
    ) -> (bytes: ByteView, truncation: VerifierLog.Truncation?) {
        var size = sizes.lowerBound
        var kept = (bytes: ByteView([]), missing: 0)
        while let buffer = Buffer(size) {
            let answer = attempt(buffer.memory, .instructions)
            if answer.status >= 0 { close(answer.status) }
            // A size that this kernel does not take: what the size before it has brought is all.
            if answer.status == -EINVAL, buffer.textLength == 0, size > sizes.lowerBound { break }
            kept = (buffer.text(), max(answer.trueSize - size, 0))
            guard answer.status == -ENOSPC else { return (kept.bytes, nil) }
            guard size < sizes.upperBound else { break }
            size = min(answer.trueSize > size ? answer.trueSize : size * 8, sizes.upperBound)
        }
        return kept.missing > 0 ? (kept.bytes, .beginning(missing: kept.missing)) : cut(kept.bytes, sizes.lowerBound, attempt)
    }

    /// A log whose beginning is all that can be had, and behind it the reason, which stands at its end.
    private static func cut(
        _ beginning: ByteView, _ size: Int, _ attempt: (UnsafeMutableRawBufferPointer, Level) -> Answer
    ) -> (bytes: ByteView, truncation: VerifierLog.Truncation?) {
        guard let buffer = Buffer(size) else { return (beginning, beginning.count == 0 ? nil : .middle(at: beginning.count)) }
        let answer = attempt(buffer.memory, .reason)
        if answer.status >= 0 { close(answer.status) }
        let reason = Array("\n".utf8) + buffer.text().array()
        return (ByteView(beginning.array() + reason), .middle(at: beginning.count))
    }
}

extension KernelLog {
    /// Room for a log, in pages that are there when they are written to.
    private struct Buffer: ~Copyable {
        let memory: UnsafeMutableRawBufferPointer
        private let start: UnsafeMutableRawPointer

        init?(_ size: Int) {
            guard let start = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0), start != MAP_FAILED
            else { return nil }
            self.start = start
            memory = UnsafeMutableRawBufferPointer(start: start, count: size)
        }

        /// How long the text is that the kernel has written.
        var textLength: Int {
            memory.baseAddress.flatMap { memchr($0, 0, memory.count) }.map { UnsafeRawPointer($0) - UnsafeRawPointer(start) } ?? memory.count
        }

        /// The text, which keeps the pages that it needs; the others are given back.
        consuming func text() -> ByteView {
            let length = textLength
            let used = (length + Mapping.pageSize) & ~(Mapping.pageSize - 1)
            let mapped = (memory.count + Mapping.pageSize - 1) & ~(Mapping.pageSize - 1)
            if used < mapped { munmap(start + used, mapped - used) }
            let address = start
            let rest = min(used, mapped)
            discard self
            return ByteView(adopting: UnsafeRawBufferPointer(start: address, count: length)) {
                munmap(UnsafeMutableRawPointer(mutating: $0.baseAddress), rest)
            }
        }

        deinit { munmap(start, memory.count) }
    }
}
