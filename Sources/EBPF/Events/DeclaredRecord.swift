// SPDX-License-Identifier: Apache-2.0

import BTF

extension Map {
    /// How many bytes a record of the buffer has, as the object's types say; `nil` where they do not.
    var recordByteCount: Int? {
        guard let described, described.record != .void else { return nil }
        return (try? described.btf.byteCount(of: described.record)).map(Int.init)
    }
}

extension EventSource where Self: ~Copyable {
    /// Makes sure that a type has the size of the records with which the kernel half declares the buffer, where that is known.
    ///
    /// - Throws: ``EBPFError`` that names both sizes.
    @inlinable
    func check<Record: BitwiseCopyable>(_ type: Record.Type) throws(EBPFError) {
        guard let byteCount = recordByteCount, byteCount != MemoryLayout<Record>.size, byteCount != MemoryLayout<Record>.stride else { return }
        throw EBPFError(declaredByteCount: byteCount, "\(Record.self)", byteCount: MemoryLayout<Record>.size)
    }
}

extension EventSource where Self: ~Copyable {
    /// Makes sure that every pattern of bits is a value of a type, as far as it can be told.
    ///
    /// - Throws: ``EBPFError`` that names the member that is an enumeration.
    func checkBits<Record: BitwiseCopyable>(_ type: Record.Type) throws(EBPFError) {
        guard let complaint = SwiftLayout(type).choiceComplaint else { return }
        throw EBPFError(
            .invalid, "read records as \(type)", cause: "records cannot be \(type): \(complaint)", remedy: Map.choiceRemedy)
    }
}

extension EBPFError {
    /// A type that is none for the records of a buffer.
    @usableFromInline
    init(declaredByteCount: Int, _ type: String, byteCount: Int) {
        self.init(
            .invalid, "read records as \(type)",
            cause: "the kernel half declares the buffer with records of \(declaredByteCount) bytes, \(type) has \(byteCount)",
            remedy: "declare a type with the members of the kernel half's record, or read bytes: drain(_:)")
    }
}
