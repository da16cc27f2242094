// SPDX-License-Identifier: Apache-2.0

/// Keeps memory alive for the views into it, and gives it back when the last of them has gone.
@usableFromInline
final class ByteOwner: Sendable {
    // The memory is never written after it was handed in, so it may be read from any thread.
    nonisolated(unsafe) private let memory: UnsafeRawBufferPointer
    private let release: @Sendable (UnsafeRawBufferPointer) -> Void

    init(memory: UnsafeRawBufferPointer, release: @escaping @Sendable (UnsafeRawBufferPointer) -> Void) {
        self.memory = memory
        self.release = release
    }

    deinit {
        release(memory)
    }
}
