// SPDX-License-Identifier: GPL-2.0-only OR MIT

extension CString: Hashable {
    /// Whether both are the same text: the bytes before the first NUL.
    @inline(__always) public static func == (left: CString, right: CString) -> Bool {
        for index in 0..<capacity {
            if left.bytes[index] != right.bytes[index] { return false }
            if left.bytes[index] == 0 { return true }
        }
        return true
    }

    /// Whether it is a text that is known when the kernel half is compiled: `currentProcess.command == "nginx"`.
    @inline(__always) public static func == (left: CString, right: StaticString) -> Bool {
        left.hasPrefix(right) && (right.utf8CodeUnitCount == capacity || left.bytes[right.utf8CodeUnitCount] == 0)
    }

    /// Whether it is another text than one that is known when the kernel half is compiled.
    @inline(__always) public static func != (left: CString, right: StaticString) -> Bool { !(left == right) }

    /// Whether it begins with a text that is known when the kernel half is compiled.
    @inline(__always) public func hasPrefix(_ text: StaticString) -> Bool {
        guard text.utf8CodeUnitCount <= capacity else { return false }
        for index in 0..<text.utf8CodeUnitCount where bytes[index] != text.utf8Start[index] { return false }
        return true
    }

    /// For sets and dictionaries of user space.
    @inline(__always) public func hash(into hasher: inout Hasher) {
        for index in 0..<capacity {
            guard bytes[index] != 0 else { return }
            hasher.combine(bytes[index])
        }
    }
}
