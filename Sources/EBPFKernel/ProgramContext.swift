// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What a program is called with.
public protocol ProgramContext: BitwiseCopyable {
    /// Where it lies, for helpers that ask for it.
    var address: UnsafeMutableRawPointer { get }
}

extension ProgramContext {
    /// A number of 32 bits in what the kernel hands over: most of its members are such.
    @inline(__always) @usableFromInline func word(_ offset: Int) -> UInt32 { address.load(fromByteOffset: offset, as: UInt32.self) }

    @inline(__always) @usableFromInline func set(_ offset: Int, _ value: UInt32) {
        (address + offset).assumingMemoryBound(to: UInt32.self).pointee = value
    }
}
