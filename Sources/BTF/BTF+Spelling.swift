// SPDX-License-Identifier: Apache-2.0

extension BTF {
    /// A type in C's words, for messages: `unsigned int`, `struct task_struct *`, `u64[4]`, `int (*)(...)`.
    ///
    /// Qualifiers are left out, and what an anonymous type consists of. What is broken, or goes on behind 16 links, is `...`.
    package func spelling(of type: TypeID) -> String {
        var right = ""
        var left = ""
        var current = type
        for _ in 0..<16 {
            guard current != .void else { return Self.join("void", left, right) }
            guard let header = try? header(of: current) else { break }
            let name = (try? boundedName(at: header.nameOffset)) ?? ""
            switch header.kind {
            case .constant, .volatile, .restrict, .typeTag: current = TypeID(header.sizeOrType)
            case .pointer:
                left = "*" + left
                current = TypeID(header.sizeOrType)
            case .array:
                let (element, count) = array(header)
                if !left.isEmpty { (left, right) = ("(" + left, ")" + right) }
                right += "[\(count)]"
                current = element
            case .prototype:
                if !left.isEmpty { (left, right) = ("(" + left, ")" + right) }
                right += "(...)"
                current = TypeID(header.sizeOrType)
            case .structure, .union, .enumeration, .enumeration64:
                return Self.join(header.kind.word + (name.isEmpty ? "" : " " + name), left, right)
            case .forward: return Self.join((header.flag ? "union " : "struct ") + name, left, right)
            default: return Self.join(name, left, right)
            }
        }
        return Self.join("...", left, right)
    }

    private static func join(_ base: String, _ left: String, _ right: String) -> String {
        left.isEmpty ? base + right : "\(base) \(left)\(right)"
    }
}
