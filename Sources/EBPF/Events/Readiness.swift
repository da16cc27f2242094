// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// Waits for records of streams and for other descriptors, many at once.
///
/// The kernel counts a record that is still being written as one to read: where programs take long between reserving and submitting, ``EventWait`` sleeps.
public struct Readiness: ~Copyable, Sendable {
    private let epoll: Descriptor

    /// - Throws: ``EBPFError`` where the process has too many descriptors.
    public init() throws(EBPFError) {
        let number = linux_epoll_create()
        guard number >= 0 else { throw EBPFError(system: errno, "wait for events") }
        epoll = Descriptor(number)
    }

    /// Waits for records of a stream from now on; `token` says so in the answer of ``wait(milliseconds:for:)``.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses.
    public func add(_ stream: borrowing EventStream, token: UInt64) throws(EBPFError) {
        for descriptor in stream.pollDescriptors { try add(descriptor: descriptor, token: token) }
    }

    /// Waits for a descriptor to become readable from now on. The descriptor must stay open for as long.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses.
    public func add(descriptor: Int32, token: UInt64) throws(EBPFError) {
        guard linux_epoll_add(epoll.number, descriptor, 1, token) == 0 else { throw EBPFError(system: errno, "wait for events") }
    }

    /// Watches a descriptor that is written to: when its reader has gone, `token` is ready. Files and devices, which have
    /// no reader that could go, are passed over.
    package func add(writerTo descriptor: Int32, token: UInt64) {
        _ = linux_epoll_add(epoll.number, descriptor, 0, token)
    }

    /// Waits until something is ready or the time is over, `nil` for ever. A signal that interrupts counts as nothing ready.
    ///
    /// - Returns: whether `token` is among what is ready.
    /// - Throws: ``EBPFError`` where the kernel refuses.
    public func wait(milliseconds: Int32?, for token: UInt64) throws(EBPFError) -> Bool {
        var tokens: InlineArray<16, UInt64> = .init(repeating: 0)
        var span = tokens.mutableSpan
        let count = span.withUnsafeMutableBufferPointer {
            linux_epoll_wait(epoll.number, $0.baseAddress, Int32($0.count), milliseconds ?? -1)
        }
        guard count >= 0 else {
            guard errno == EINTR else { throw EBPFError(system: errno, "wait for events") }
            return false
        }
        for index in 0..<Int(count) where tokens[index] == token { return true }
        return false
    }
}
