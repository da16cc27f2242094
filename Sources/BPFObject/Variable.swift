// SPDX-License-Identifier: Apache-2.0

public import BTF

/// A global variable or constant of an object, which user space can set before the object is loaded.
public struct Variable: Sendable, Hashable {
    /// The name in C.
    public let name: String
    /// The place in ``ObjectFile/maps`` of the map that holds the variable's section.
    public let mapIndex: Int
    /// The offset in the section in bytes.
    public let offset: Int
    /// The size in bytes.
    public let size: Int
    /// The type in the object's BTF.
    public let type: TypeID
}

extension ObjectFile {
    /// The variable with this name.
    ///
    /// - Throws: ``ObjectError`` with ``ObjectError/Code/noSuchName``; the reason lists the names that there are.
    public func variable(_ name: String) throws(ObjectError) -> Variable {
        guard let variable = variables.first(where: { $0.name == name }) else {
            let names = variables.map(\.name).sorted().joined(separator: ", ")
            throw ObjectError(.noSuchName, "the object has no variable '\(name)'; it has: \(names.isEmpty ? "none" : names)")
        }
        return variable
    }

    /// Sets a variable's value for the objects that are loaded from this one.
    ///
    /// - Throws: ``ObjectError`` where there is no such variable, it is an extern of section `.kconfig`, its size differs from the value's, or one is a
    ///   floating-point number and the other is none.
    public mutating func set<Value: BitwiseCopyable>(_ name: String, to value: Value) throws(ObjectError) {
        try check(Value.self, for: variable(name))
        // The one unsafe line: the bytes of a trivial value are copied out, nothing keeps the pointer.
        var bytes = withUnsafeBytes(of: value) { Array($0) }
        // C counts the bytes after the last member, Swift does not.
        if try variable(name).size == MemoryLayout<Value>.stride {
            bytes += [UInt8](repeating: 0, count: MemoryLayout<Value>.stride - MemoryLayout<Value>.size)
        }
        try set(name, bytes: bytes)
    }

    /// Sets a variable's value from bytes in the machine's order.
    ///
    /// - Throws: ``ObjectError`` where there is no such variable, it is an extern of section `.kconfig`, or its size differs from the number of bytes.
    public mutating func set(_ name: String, bytes: [UInt8]) throws(ObjectError) {
        let variable = try variable(name)
        guard bytes.count == variable.size else {
            throw ObjectError(
                .wrongSize, "variable '\(name)' has \(variable.size) bytes in the object, the value \(bytes.count)")
        }
        guard !maps.indices.contains(variable.mapIndex) || !maps[variable.mapIndex].isKernelConfiguration else {
            throw ObjectError(
                .configuration, "variable '\(name)' is an extern in section .kconfig, which has the kernel's value; configured(for:) gives it another"
            )
        }
        let byteCount = byteCount(ofVariablesIn: variable.mapIndex)
        guard maps.indices.contains(variable.mapIndex), variable.offset <= byteCount - bytes.count else {
            throw ObjectError(.malformed, "variable '\(name)' lies outside of its section")
        }
        var contents = maps[variable.mapIndex].contents ?? Array(repeating: 0, count: byteCount)
        contents.replaceSubrange(variable.offset..<variable.offset + bytes.count, with: bytes)
        maps[variable.mapIndex].contents = contents
    }

    /// The value that a variable has in the object: what it begins with, or what was set.
    ///
    /// - Throws: ``ObjectError`` where there is no such variable, its size differs from the type's, it is an extern of section `.kconfig` that the kernel
    ///   has not answered yet, or its kind of number is another.
    public func value<Value: BitwiseCopyable>(of name: String, as type: Value.Type = Value.self) throws(ObjectError) -> Value {
        let variable = try variable(name)
        guard variable.size == MemoryLayout<Value>.size || variable.size == MemoryLayout<Value>.stride else {
            throw ObjectError(
                .wrongSize, "variable '\(name)' has \(variable.size) bytes in the object, \(Value.self) has \(MemoryLayout<Value>.size)")
        }
        try check(Value.self, for: variable)
        guard maps.indices.contains(variable.mapIndex), !maps[variable.mapIndex].isKernelConfiguration || maps[variable.mapIndex].contents != nil
        else {
            throw ObjectError(
                .configuration, "variable '\(name)' is an extern in section .kconfig, whose value the kernel says when the object is loaded")
        }
        let bytes = maps[variable.mapIndex].contents
        guard bytes == nil || variable.offset <= (bytes?.count ?? 0) - variable.size else {
            throw ObjectError(.malformed, "variable '\(name)' lies outside of its section")
        }
        // The one unsafe line beside the other: the bytes of a trivial value are copied in, nothing keeps the pointer. What has no bytes is zero.
        return withUnsafeTemporaryAllocation(byteCount: max(MemoryLayout<Value>.stride, 1), alignment: MemoryLayout<Value>.alignment) { room in
            for index in room.indices {
                room[index] = index < variable.size ? bytes?[variable.offset + index] ?? 0 : 0
            }
            return room.loadUnaligned(as: Value.self)
        }
    }

    /// How many bytes a map of variables has: its value, or the memory of an arena as far as variables lie there.
    package func byteCount(ofVariablesIn map: Int) -> Int {
        guard maps.indices.contains(map) else { return 0 }
        if let contents = maps[map].contents { return contents.count }
        guard maps[map].type == .arena else { return Int(maps[map].valueSize) }
        return variables.lazy.filter { $0.mapIndex == map }.map { $0.offset + $0.size }.max() ?? 0
    }

    /// Makes sure that a number is set where the object has a number of that kind.
    private func check<Value: BitwiseCopyable>(_ type: Value.Type, for variable: Variable) throws(ObjectError) {
        let isFloat = Value.self is any BinaryFloatingPoint.Type
        guard isFloat || Value.self is any FixedWidthInteger.Type || Value.self == Bool.self, let btf else { return }
        guard let resolved = try? btf.resolve(variable.type).type else { return }
        switch resolved {
        case .floatingPoint where !isFloat:
            throw ObjectError(.wrongType, "variable '\(variable.name)' is a floating-point number in the object, \(Value.self) is none")
        case .integer where isFloat, .enumeration where isFloat, .pointer where isFloat:
            throw ObjectError(.wrongType, "variable '\(variable.name)' is no floating-point number in the object, \(Value.self) is one")
        case .integer(let integer) where Value.self == Bool.self && integer.byteCount == 1 && !integer.isBoolean && integer.bitCount != 8:
            throw ObjectError(.wrongType, "variable '\(variable.name)' is a part of a byte in the object, \(Value.self) is a whole one")
        default: return
        }
    }
}
