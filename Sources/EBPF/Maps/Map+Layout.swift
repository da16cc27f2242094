// SPDX-License-Identifier: Apache-2.0

import BPFObject
import BTF
@_spi(Reflection) import Swift

/// A Swift type that stands for keys or values: what of it can be compared with a map.
struct SwiftLayout {
    let type: Any.Type
    let size: Int
    let stride: Int
    /// The type as a member of another, whose kind Swift tells.
    private let member: Any.Type

    init<Value: BitwiseCopyable>(_ type: Value.Type) {
        self.type = type
        size = MemoryLayout<Value>.size
        stride = MemoryLayout<Value>.stride
        member = Only<Value>.self
    }

    private struct Only<Value: BitwiseCopyable> { let value: Value }

    /// Why not every pattern of bits is a value of the type, as far as it can be told: it is an enumeration or an optional, or has a member that is one.
    /// Bits that are no case, read as one, are whatever the compiler makes of it. Elements of arrays are not seen.
    var choiceComplaint: String? {
        var complaint: String?
        Self.forEachChoice(in: member, "", depth: 0) { path, type in
            let name = path.split(separator: ".").dropFirst().joined(separator: ".")
            complaint = "\(name.isEmpty ? "it" : "'\(name)'") is the enumeration \(type), and any bits may stand there"
        }
        return complaint
    }

    /// Finds the first, in the order of members.
    @discardableResult
    private static func forEachChoice(in type: Any.Type, _ path: String, depth: Int, _ body: (String, Any.Type) -> Void) -> Bool {
        var isFound = false
        _forEachField(of: type) { name, _, fieldType, kind in
            let path = "\(path).\(String(cString: name))"
            if kind == .enum || kind == .optional {
                body(path, fieldType)
                isFound = true
            } else if depth < 8, !(fieldType is any FixedWidthInteger.Type) {
                isFound = forEachChoice(in: fieldType, path, depth: depth + 1, body)
            }
            return !isFound
        }
        return isFound
    }

    /// A number in it: where it lies, in bytes, and what it is.
    struct Part {
        let path: String
        let offset: Int
        let size: Int
        let isFloat: Bool
        let isBool: Bool
    }

    /// The numbers that it consists of, as far as they can be told; arrays and what Swift does not show are left out.
    var parts: [Part] {
        var parts: [Part] = []
        Self.append(type, "", 0, depth: 0, to: &parts)
        return parts
    }

    private static func append(_ type: Any.Type, _ path: String, _ offset: Int, depth: Int, to parts: inout [Part]) {
        if let integer = type as? any FixedWidthInteger.Type {
            parts.append(Part(path: path, offset: offset, size: integer.bitWidth / 8, isFloat: false, isBool: false))
        } else if type == Float.self || type == Double.self {
            parts.append(Part(path: path, offset: offset, size: type == Float.self ? 4 : 8, isFloat: true, isBool: false))
        } else if type == Bool.self {
            parts.append(Part(path: path, offset: offset, size: 1, isFloat: false, isBool: true))
        } else if depth < 8 {
            _forEachField(of: type) { name, fieldOffset, fieldType, _ in
                let name = String(cString: name)
                append(fieldType, path.isEmpty ? name : "\(path).\(name)", offset + fieldOffset, depth: depth + 1, to: &parts)
                return parts.count < 256
            }
        }
    }
}

/// What lies where in a type of C, as far as numbers of whole bytes go. Unions, arrays and bitfields are left out: anything may stand there.
struct CNumbers {
    private(set) var parts: [(path: String, offset: Int, size: Int, isFloat: Bool, isBool: Bool)] = []

    init(_ type: TypeID, of btf: BTF) throws(BTFError) { try append(type, btf, "", 0, depth: 0) }

    private mutating func append(_ id: TypeID, _ btf: BTF, _ path: String, _ offset: Int, depth: Int) throws(BTFError) {
        guard depth < 8, parts.count < 256 else { return }
        switch try btf.resolve(id).type {
        case .integer(let integer) where integer.bitCount == integer.byteCount * 8 || integer.isBoolean:
            parts.append((path, offset, Int(integer.byteCount), false, integer.isBoolean))
        case .enumeration(let enumeration): parts.append((path, offset, Int(enumeration.byteCount), false, false))
        case .floatingPoint(_, let byteCount): parts.append((path, offset, Int(byteCount), true, false))
        case .pointer: parts.append((path, offset, 8, false, false))
        case .composite(let composite) where !composite.isUnion:
            for member in composite.members.prefix(256) where member.bitCount == 0 && member.bitOffset % 8 == 0 {
                let name = path.isEmpty ? member.name : "\(path).\(member.name)"
                try append(member.type, btf, name, offset + Int(member.bitOffset / 8), depth: depth + 1)
            }
        default: break
        }
    }

    /// Why a number of a Swift type cannot be what lies there; `nil` where it can.
    func complaint(about part: SwiftLayout.Part) -> String? {
        let end = part.offset + part.size
        for other in parts where other.offset < end && part.offset < other.offset + other.size {
            let ours = part.path.isEmpty ? "the type" : "'\(part.path)'"
            let theirs = other.path.isEmpty ? "the object's type" : "the object's '\(other.path)'"
            if other.offset != part.offset || other.size != part.size {
                return "\(ours) has bytes \(part.offset)..<\(end), \(theirs) has \(other.offset)..<\(other.offset + other.size)"
            }
            if other.isFloat != part.isFloat { return "\(theirs) is \(other.isFloat ? "a floating-point number" : "an integer"), \(ours) is not" }
            if part.isBool && !other.isBool { return "\(ours) is a Bool, which has two values only, \(theirs) an integer" }
        }
        return nil
    }
}

extension Map {
    /// Checks that the map is of a kind, and that Swift types have the sizes of its keys and values and, where the object describes them, numbers
    /// where it
    /// has numbers.
    ///
    /// - Throws: ``EBPFError`` that names both sides. The kernel is not asked.
    func checked(as kind: Any.Type, _ types: [MapType], key: SwiftLayout? = nil, value: SwiftLayout? = nil) throws(EBPFError) -> Map {
        let operation = "use map '\(name)' (\(type)) as \(kind)"
        guard types.contains(type) else {
            throw EBPFError(
                .invalid, operation, cause: "\(kind) is for maps of type \(types.map(\.description).joined(separator: ", "))",
                remedy: "use the Swift type for maps of type \(type)")
        }
        for (what, layout, size, type) in [("key", key, keySize, described?.key), ("value", value, valueSize, described?.value)] {
            guard let layout else { continue }
            guard size == layout.size || size == layout.stride else {
                throw EBPFError(
                    .invalid, operation, cause: "its \(what)s have \(size) bytes\(spelled(type)), \(layout.type) has \(layout.size)",
                    remedy: "declare a type with the members of the object's \(what)")
            }
            if let complaint = layout.choiceComplaint {
                throw EBPFError(.invalid, operation, cause: "\(what)s cannot be \(layout.type): \(complaint)", remedy: Self.choiceRemedy)
            }
            guard let described, let type, type != .void, let numbers = try? CNumbers(type, of: described.btf) else { continue }
            for part in layout.parts {
                guard let complaint = numbers.complaint(about: part) else { continue }
                throw EBPFError(
                    .invalid, operation, cause: "its \(what)s\(spelled(type)) are no \(layout.type): \(complaint)",
                    remedy: "declare the members of the object's \(what), in its order and sizes")
            }
        }
        return self
    }

    /// What to do about an enumeration where any bits may stand.
    static var choiceRemedy: String { "declare its raw value, an integer, and make the case of that: (rawValue:) answers nil where there is none" }

    /// The name of a type of the object's, in brackets.
    private func spelled(_ type: TypeID?) -> String {
        guard let described, let type, type != .void else { return "" }
        return " (\(described.btf.spelling(of: type)))"
    }
}
