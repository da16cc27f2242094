// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import Bytes
import TestImages

/// An object of one program whose first instruction asks one question, and the kernel that answers it.
struct COREQuestion {
    /// `enum bpf_core_relo_kind`.
    enum Kind: UInt32 {
        case byteOffset = 0, byteSize, exists, signed, leftShift, rightShift, typeIDLocal, typeIDTarget, typeExists, typeSize,
            enumeratorExists, enumeratorValue, typeMatches
    }

    var image = ObjectImage()
    var kernel: BTFImage
    private let section: UInt32

    init(_ instructions: [Instruction], endsWithExit: Bool = true, kernelOrder: ByteOrder = .native) {
        kernel = BTFImage(order: kernelOrder)
        section = image.types.string("tp/a/b")
        image.addFunction("main", in: "tp/a/b", instructions + (endsWithExit ? [.exit] : []))
    }

    /// Asks with the instruction at a slot.
    mutating func ask(_ kind: UInt32, _ type: UInt32, _ path: String, slot: Int = 0) {
        let record = [UInt32(slot * 8), type, image.types.string(path), kind]
        image.part.relocations.append(.init(sectionName: section, [record]))
    }

    /// The program's code with the answers of the kernel, and those of modules that stand on it, in it.
    func answer(modules: [ModuleTypes] = []) throws -> ProgramAssembly {
        let object = try image.read()
        let answered = try object.relocated(against: try BTF(ByteView(kernel.bytes()))) { modules }
        return try answered.assemble(answered.programs[0])
    }

    /// The number of `int` in both, which has number 1.
    mutating func addInt() {
        image.types.integer("int", size: 4, encoding: 1)
        kernel.integer("int", size: 4, encoding: 1)
    }
}

extension COREQuestion {
    /// `r0 = ANSWER`, asked about a type that `build` makes in the object and `kernelBuild` in the kernel.
    ///
    /// - Parameter own: the object's own answer, which the instruction holds.
    static func value(
        _ kind: Kind, _ path: String, own: Int32, order: ByteOrder = .native, object build: (inout BTFImage) -> UInt32,
        kernel kernelBuild: (inout BTFImage) -> Void
    ) throws -> Int32 {
        var question = COREQuestion([.move(0, own)], kernelOrder: order)
        question.addInt()
        question.ask(kind.rawValue, build(&question.image.types), path)
        kernelBuild(&question.kernel)
        let answer = try question.answer()
        if let reason = answer.poisoned[0] { throw Unexpected(reason) }
        return answer.instructions[0].immediate
    }
}
