// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What is read from a structure of the kernel as it is, in one piece: integers, pointers, strings. Structures within structures are no such values, since
/// their fields lie elsewhere in other kernels: they are a ``KernelType``.
public protocol KernelValue: BitwiseCopyable {}

extension Int8: KernelValue {}
extension Int16: KernelValue {}
extension Int32: KernelValue {}
extension Int64: KernelValue {}
extension Int: KernelValue {}
extension UInt8: KernelValue {}
extension UInt16: KernelValue {}
extension UInt32: KernelValue {}
extension UInt64: KernelValue {}
extension UInt: KernelValue {}
extension Bool: KernelValue {}
extension UnsafeRawPointer: KernelValue {}
extension UnsafeMutableRawPointer: KernelValue {}
extension KernelPointer: KernelValue {}
extension UserPointer: KernelValue {}
extension CString: KernelValue {}
