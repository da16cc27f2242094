// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import Bytes
import TestImages
import Testing

/// Types that only a module of the kernel has.
@Suite struct COREModuleTests {
    typealias Member = BTFImage.Member

    /// `r0 = ANSWER` about `struct s { int f; }` or its field, and a kernel that has `int` and `struct other`.
    private func question(_ kind: COREQuestion.Kind = .byteOffset, _ path: String = "0:0", own: Int32 = 0) -> COREQuestion {
        var question = COREQuestion([.move(0, own)])
        question.addInt()
        let type = question.image.types.structure("s", size: 4, [Member("f", 1, at: 0)])
        question.kernel.structure("other", size: 4, [])
        question.ask(kind.rawValue, type, path)
        return question
    }

    /// The types of a module, which stand on those of the question's kernel.
    private func module(_ name: String, on question: COREQuestion, _ build: (inout BTFImage) -> Void) throws -> ModuleTypes {
        var image = BTFImage(standingOn: question.kernel)
        build(&image)
        return ModuleTypes(name: name, types: .success(try BTF(ByteView(image.bytes()), base: try BTF(ByteView(question.kernel.bytes())))))
    }

    @Test func aTypeThatTheKernelLacksIsFoundInAModule() throws {
        let question = question()
        let module = try module("m", on: question) { $0.structure("s", size: 16, [Member("f", 1, at: 96)]) }
        #expect(try question.answer(modules: [module]).instructions[0].immediate == 12)
        #expect(try question.answer().poisoned.count == 1)
    }

    @Test func aTypeThatTheKernelHasIsNotLookedForInModules() throws {
        var question = question()
        let module = try module("m", on: question) { $0.structure("s", size: 16, [Member("f", 1, at: 96)]) }
        question.kernel.structure("s", size: 16, [Member("f", 1, at: 64)])
        let object = try question.image.read()
        let kernel = try BTF(ByteView(question.kernel.bytes()))
        var asked = 0
        let answered = try object.relocated(against: kernel) {
            asked += 1
            return [module]
        }
        #expect(try answered.assemble(answered.programs[0]).instructions[0].immediate == 8)
        #expect(asked == 0)
    }

    @Test func aTypeOfTheKernelWithoutTheFieldHidesThatOfAModule() throws {
        // libbpf's rule: a name is looked for in modules only where the kernel has no type of it.
        var question = question()
        question.kernel.structure("s", size: 16, [Member("g", 1, at: 64)])
        let module = try module("m", on: question) { $0.structure("s", size: 16, [Member("f", 1, at: 96)]) }
        #expect(try question.answer(modules: [module]).poisoned.count == 1)
    }

    @Test func modulesAreAskedForOnceHoweverManyTypesAreMissing() throws {
        var question = COREQuestion([.move(0, 1), .move(0, 1), .move(0, 1)])
        question.addInt()
        for slot in 0..<3 {
            let type = question.image.types.structure("s\(slot)", size: 4, [])
            question.ask(COREQuestion.Kind.typeExists.rawValue, type, "0", slot: slot)
        }
        let module = try module("m", on: question) { $0.structure("s1", size: 4, []) }
        let object = try question.image.read()
        var asked = 0
        let answered = try object.relocated(against: try BTF(ByteView(question.kernel.bytes()))) {
            asked += 1
            return [module]
        }
        #expect(asked == 1)
        #expect(try answered.assemble(answered.programs[0]).instructions.prefix(3).map(\.immediate) == [0, 1, 0])
    }

    @Test func theNumberOfAModulesTypeContinuesThoseOfTheKernel() throws {
        let question = question(.typeIDTarget, "0", own: 2)
        let module = try module("m", on: question) {
            $0.pointer(to: 1)
            $0.structure("s", size: 16, [])
        }
        #expect(try question.answer(modules: [module]).instructions[0].immediate == 4, "int, other, a pointer, s")
    }

    @Test func numbersOfTwoModulesTypesAreNeverTheSame() throws {
        let question = question(.typeIDTarget, "0", own: 2)
        let modules = try ["a", "b"].map { try module($0, on: question) { $0.structure("s", size: 16, []) } }
        let error = try #require(throws: ObjectError.self) { try question.answer(modules: modules) }
        #expect(error.description.contains("several types"))
    }

    @Test func typesOfSeveralModulesMustAgree() throws {
        let question = question()
        func module(_ name: String, at offset: UInt32) throws -> ModuleTypes {
            try self.module(name, on: question) { $0.structure("s", size: 16, [Member("f", 1, at: offset)]) }
        }
        #expect(try question.answer(modules: [module("a", at: 32), module("b", at: 32)]).instructions[0].immediate == 4)
        #expect(throws: ObjectError.self) { try question.answer(modules: [module("a", at: 32), module("b", at: 64)]) }
    }

    @Test func aModuleThatCannotBeReadSpoilsNoOther() throws {
        let question = question()
        let good = try module("good", on: question) { $0.structure("s", size: 16, [Member("f", 1, at: 96)]) }
        let broken = ModuleTypes(name: "broken", types: Result { () throws(BTFError) in try BTF(ByteView([1, 2, 3])) })
        #expect(try question.answer(modules: [broken, good]).instructions[0].immediate == 12)
        let reason = try #require(try question.answer(modules: [broken]).poisoned[0])
        #expect(reason.contains("'broken'"), "\(reason)")
    }

    @Test func aModuleWhoseTypesAreBrokenSpoilsNoOther() throws {
        let question = question()
        let good = try module("good", on: question) { $0.structure("s", size: 16, [Member("f", 1, at: 96)]) }
        // An anonymous member of a type that there is not.
        let broken = try module("broken", on: question) { $0.structure("s", size: 16, [Member("", 999, at: 0)]) }
        #expect(try question.answer(modules: [broken, good]).instructions[0].immediate == 12)
        #expect(try question.answer(modules: [good, broken]).instructions[0].immediate == 12)
        let reason = try #require(try question.answer(modules: [broken]).poisoned[0])
        #expect(reason.contains("'broken'"), "\(reason)")
    }

    @Test func theKernelsOwnBrokenTypesAreRefused() {
        var question = question()
        question.kernel.structure("s", size: 16, [Member("", 999, at: 0)])
        #expect(throws: ObjectError.self) { try question.answer() }
    }
}
