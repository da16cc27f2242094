// SPDX-License-Identifier: Apache-2.0

import CLinux
import ELF
import Glibc

/// The names of functions as linkers know them, and as people write them.
public enum SymbolName {
    /// What is longer is no name that a compiler made of what somebody wrote; reading it could take long.
    private static let limit = 4096

    /// A name as people write it: one of Swift (`$s…`, `$S…`, `_T0…`), of C++ or of older Rust (`_Z…`); any other is returned as it is.
    ///
    ///     SymbolName.demangled("_ZNSt6vectorIiSaIiEE9push_backEOi")   // std::vector<int, std::allocator<int> >::push_back(int&&)
    ///
    /// Names of Swift are read by the Swift runtime (`swift_demangle`), those of C++ by `CPlusPlusName`. Time and memory are bounded: what a process
    /// has among its symbols may have been made to stand for more than memory holds, and is then returned as it is.
    public static func demangled(_ name: String) -> String {
        guard name.utf8.count <= limit else { return name }
        if isSwift(name) { return SwiftNameSize.bound(of: Array(name.utf8)[2...]) <= sizeLimit ? demangledSwift(name) ?? name : name }
        return CPlusPlusName.demangled(name) ?? name
    }

    /// In bytes, as ``SwiftNameSize`` counts; of 160,000 names of Swift's own libraries three in ten thousand are refused.
    private static let sizeLimit = 8 << 20

    private static func isSwift(_ name: String) -> Bool {
        ["$s", "_$s", "$S", "_$S", "_T0", "$e", "_$e", "@__swiftmacro_"].contains { name.hasPrefix($0) }
    }

    private static func demangledSwift(_ name: String) -> String? {
        guard let text = name.withCString({ swift_demangle($0, strlen($0), nil, nil, 0) }) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }
}
