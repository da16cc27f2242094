// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What a program is called with.
public protocol ProgramContext: BitwiseCopyable {
    /// Where it lies, for helpers that ask for it.
    var address: UnsafeMutableRawPointer { get }
}
