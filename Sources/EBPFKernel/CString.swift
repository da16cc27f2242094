// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// Bytes up to a NUL, in room for `capacity` of them: C's `char[capacity]`.
@frozen public struct CString<let capacity: Int>: BitwiseCopyable, Sendable {
    /// The bytes, of which those before the first NUL count.
    public var bytes: InlineArray<capacity, UInt8>

    /// An empty one: all bytes are NUL.
    @inline(__always) public init() { bytes = InlineArray(repeating: 0) }

    /// A text that is known when the kernel half is compiled, as far as there is room for it and a NUL.
    @inline(__always) public init(_ text: StaticString) {
        bytes = InlineArray(repeating: 0)
        for index in 0..<min(text.utf8CodeUnitCount, capacity &- 1) { bytes[index] = text.utf8Start[index] }
    }

    /// Copies a string from the memory of the process that runs, up to its NUL or as much as there is room for; always ends it with a NUL.
    ///
    /// - Returns: how many bytes were copied, with the NUL, or a negative errno where the memory cannot be read. Linux 5.5.
    @inline(__always) @discardableResult
    public mutating func read(user source: UserPointer<UInt8>) -> Int {
        withUnsafeMutablePointer(to: &self) { place in
            bpf_probe_read_user_str(place, UInt32(truncatingIfNeeded: capacity), UnsafeRawPointer(bitPattern: source.address))
        }
    }

    /// Copies a string from the kernel's memory, up to its NUL or as much as there is room for; always ends it with a NUL.
    ///
    /// - Returns: how many bytes were copied, with the NUL, or a negative errno where the memory cannot be read. Linux 5.5.
    @inline(__always) @discardableResult
    public mutating func read(kernel source: KernelPointer<UInt8>) -> Int {
        withUnsafeMutablePointer(to: &self) { place in
            bpf_probe_read_kernel_str(place, UInt32(truncatingIfNeeded: capacity), UnsafeRawPointer(bitPattern: source.address))
        }
    }

    /// Copies the name of the command that runs, at most 15 bytes and a NUL.
    @inline(__always) public mutating func readCommand() {
        withUnsafeMutablePointer(to: &self) { place in _ = bpf_get_current_comm(place, UInt32(truncatingIfNeeded: capacity)) }
    }

    /// The byte at an index. One outside ends the program, as everywhere in Swift; with a power of two as the capacity,
    /// `index & (capacity - 1)` never is.
    @inline(__always) public subscript(index: Int) -> UInt8 {
        get { bytes[index] }
        set { bytes[index] = newValue }
    }
}

#if !hasFeature(Embedded)
    extension CString {
        /// A text as far as there is room for it and a NUL: what user space sets a constant to.
        public init(_ text: String) {
            self.init()
            for (index, byte) in text.utf8.prefix(capacity - 1).enumerated() { bytes[index] = byte }
        }
    }

    extension CString: CustomStringConvertible {
        /// The bytes before the first NUL, as UTF-8; what is none becomes U+FFFD.
        public var description: String {
            var text: [UInt8] = []
            for index in bytes.indices {
                guard bytes[index] != 0 else { break }
                text.append(bytes[index])
            }
            return String(decoding: text, as: UTF8.self)
        }
    }
#endif
