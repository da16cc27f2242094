// SPDX-License-Identifier: Apache-2.0

import BPFObject
import BTF
import Glibc

/// A global variable of a loaded object in this process's memory: what is set is what programs read next, and the other way round.
///
///     let limit = try loaded.variable("limit", as: UInt32.self)
///     limit.value = 100
///
/// A value of up to eight bytes is read and written whole. Linux 5.5.
public struct GlobalVariable<Value: BitwiseCopyable>: ~Copyable, Sendable {
    private let memory: SharedMapping
    private let offset: Int

    init(_ memory: SharedMapping, offset: Int) {
        self.memory = memory
        self.offset = offset
    }

    /// The value that it has now.
    public var value: Value {
        get { (memory.start + offset).loadUnaligned(as: Value.self) }
        nonmutating set { (memory.start + offset).storeBytes(of: newValue, as: Value.self) }
    }
}

extension LoadedObject {
    /// A global variable, to be read and written as often as one likes.
    ///
    /// - Throws: ``EBPFError`` where there is no such variable, its size or type is another, or it is constant, and known to the verifier since it
    ///   was loaded.
    public func variable<Value: BitwiseCopyable>(_ name: String, as type: Value.Type = Value.self) throws(EBPFError) -> GlobalVariable<Value> {
        let operation = "map variable '\(name)' into memory"
        let variable: Variable
        do {
            variable = try file.variable(name)
        } catch { throw EBPFError(error, operation) }
        guard created.indices.contains(variable.mapIndex), let map = created[variable.mapIndex] else {
            throw EBPFError(.invalid, operation, cause: "the map that holds it is not created")
        }
        guard !file.maps[variable.mapIndex].isFrozen else {
            throw EBPFError(
                .invalid, operation, cause: "it is constant: the verifier took its value for known when the object was loaded",
                remedy: "set it before the object is loaded (ObjectFile.set), or declare it without 'const'")
        }
        try check(SwiftLayout(type), variable, operation)
        if let memory = map.memory {
            guard variable.offset >= 0, variable.offset <= memory.byteCount - variable.size else {
                throw EBPFError(.object, operation, cause: "it lies outside of its arena")
            }
            return GlobalVariable(memory, offset: variable.offset)
        }
        guard variable.offset >= 0, variable.offset <= map.valueSize - variable.size else {
            throw EBPFError(.object, operation, cause: "it lies outside of its section")
        }
        guard let mapping = Mapping(map.descriptor.number, offset: 0, byteCount: map.valueSize, isWritable: true) else {
            throw EBPFError(system: errno, operation, remedy: "the map '\(map.name)' needs BPF_F_MMAPABLE, and must not be frozen")
        }
        return GlobalVariable(SharedMapping(mapping), offset: variable.offset)
    }

    /// Sets a global variable; other variables are not touched. One that is set often is faster as ``variable(_:as:)``.
    ///
    /// - Throws: ``EBPFError`` as ``variable(_:as:)``.
    public func set<Value: BitwiseCopyable>(_ name: String, to value: Value) throws(EBPFError) {
        try variable(name, as: Value.self).value = value
    }

    private func check(_ layout: SwiftLayout, _ variable: Variable, _ operation: String) throws(EBPFError) {
        guard variable.size == layout.size || variable.size == layout.stride else {
            throw EBPFError(.invalid, operation, cause: "it has \(variable.size) bytes, \(layout.type) has \(layout.size)")
        }
        guard let btf = file.btf, let numbers = try? CNumbers(variable.type, of: btf) else { return }
        for part in layout.parts {
            guard let complaint = numbers.complaint(about: part) else { continue }
            throw EBPFError(.invalid, operation, cause: "it (\(btf.spelling(of: variable.type))) is no \(layout.type): \(complaint)")
        }
    }
}
