// SPDX-License-Identifier: Apache-2.0

import BPFObject
import BTF
import Bytes
import TestImages
import Testing

/// Whatever happened to an object on its way, reading it, answering its questions and putting its programs together gives
/// values or errors; a trap would end the whole run.
@Suite struct DamagedObjectTests {
    /// A bit of everything: maps, constants, variables, a function that is called twice, a callback, questions of all sorts.
    static let source = """
        LICENSE("GPL");
        struct inner { int x; u32 bits : 5; u64 y; } PRESERVE;
        struct task { int pid; struct inner inner[3]; struct task *parent; union { u32 low; u64 high; }; } PRESERVE;
        enum kind { KIND_A = 1, KIND_B = -2 };
        struct { NUMBER(type, MAP_TYPE_HASH); NUMBER(max_entries, 64); TYPE(key, u32); TYPE(value, struct task); } tasks SEC(".maps");
        const volatile u32 wanted = 3;
        u64 seen = 0;
        u64 first = 9;
        static __noinline long twice(struct task *task) { return task->inner[2].y * 2; }
        static long each(void *map, const void *key, void *value, void *context) { return wanted; }

        SEC("tp/a/b") int one(struct task *task) {
            u32 key = task->pid;
            struct task *found = bpf_map_lookup_elem(&tasks, &key);
            seen += wanted + twice(task) + __builtin_preserve_field_info(task->inner[0].bits, 4);
            return found ? twice(found) : __builtin_preserve_enum_value(*(enum kind *)KIND_B, 1);
        }
        SEC("?tp/a/c") int two(struct task *task) {
            bpf_for_each_map_elem(&tasks, each, NULL, 0);
            return core_field_exists(task->high) + __builtin_preserve_type_info(*(struct task *)0, 1) + first;
        }
        """

    static let kernel = """
        struct inner { u64 y; u32 bits : 7; short x; };
        struct task { char before[9]; union { u64 high; u32 low; }; struct inner inner[5]; int pid; } task;
        enum kind { KIND_X, KIND_B = 0x100000000ULL } kind;
        """

    private enum Outcome { case whole, unanswered, refused }

    /// Does all that can be done with the bytes of an object.
    private func use(_ bytes: [UInt8], against kernel: BTF) -> Outcome {
        var object: ObjectFile
        do { object = try ObjectFile(ByteView(bytes)) } catch {
            #expect(!error.description.isEmpty)
            return .refused
        }
        for index in object.programs.indices { object.programs[index].isLoaded = true }
        var isWhole = true
        func attempt(_ body: () throws(ObjectError) -> Void) {
            do throws(ObjectError) { try body() } catch {
                #expect(!error.description.isEmpty)
                isWhole = false
            }
        }
        attempt { () throws(ObjectError) in _ = try object.btfForLoading() }
        for variable in object.variables {
            let size = variable.size
            attempt { () throws(ObjectError) in try object.set(variable.name, bytes: [UInt8](repeating: 1, count: min(size, 4096))) }
        }
        attempt { () throws(ObjectError) in
            for types in [kernel, object.btf ?? kernel] {
                let answered = try object.relocated(against: types)
                for program in answered.programs { try check(try answered.assemble(program)) }
            }
        }
        for program in object.programs { attempt { () throws(ObjectError) in try check(try object.assemble(program)) } }
        return isWhole ? .whole : .unanswered
    }

    /// Code that came out of damaged bytes has no reference outside of itself.
    private func check(_ assembly: ProgramAssembly) throws(ObjectError) {
        let slots = assembly.instructions.indices
        #expect(assembly.mapReferences.allSatisfy { slots.contains($0.slot) && slots.contains($0.slot + 1) })
        #expect(assembly.functions.allSatisfy { slots.contains($0.slot) })
        #expect(assembly.lines.allSatisfy { slots.contains($0.slot) })
        #expect(assembly.poisoned.keys.allSatisfy { slots.contains($0) })
        _ = assembly.line(at: slots.count / 2)
    }

    private func kernelTypes() throws -> BTF { try CompiledHalf.kernelTypes(Self.kernel) }

    @Test func theWholeObjectIsUsable() throws {
        let half = try CompiledHalf(Self.source)
        #expect(use(half.bytes, against: try kernelTypes()) == .whole)
    }

    @Test func anObjectThatIsTruncatedIsRefused() throws {
        let bytes = try CompiledHalf(Self.source).bytes
        let kernel = try kernelTypes()
        for length in stride(from: 0, to: bytes.count, by: 7) {
            #expect(use(Array(bytes.prefix(length)), against: kernel) == .refused, "length \(length)")
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func anObjectThatIsDamagedIsReadOrRefused(_ seed: UInt64) throws {
        let bytes = try CompiledHalf(Self.source).bytes
        let kernel = try kernelTypes()
        var generator = SeededGenerator(seed: seed)
        var outcomes: [Outcome: Int] = [:]
        for _ in 0..<700 {
            outcomes[use(Damage.copy(of: bytes, using: &generator), against: kernel), default: 0] += 1
        }
        #expect(outcomes[.whole, default: 0] > 20)
        #expect(outcomes[.refused, default: 0] > 100)
    }

    /// The same damage, aimed at the types and their records, where counts and offsets stand close together.
    @Test(arguments: [".BTF", ".BTF.ext", ".symtab"])
    func anObjectWithADamagedSectionIsReadOrRefused(_ section: String) throws {
        let bytes = try CompiledHalf(Self.source).bytes
        let kernel = try kernelTypes()
        let place = try #require(try sectionPlace(bytes, section))
        var generator = SeededGenerator(seed: 77)
        var outcomes: [Outcome: Int] = [:]
        for _ in 0..<500 {
            var part = Array(bytes[place])
            // Only changes that keep the length, so that the other sections stay where they are.
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let words = part.count / 4
                let offset = Int.random(in: 0..<words, using: &generator) * 4
                let value: UInt32 =
                    switch Int.random(in: 0..<4, using: &generator) {
                    case 0: .max
                    case 1: UInt32.random(in: 0...64, using: &generator)
                    case 2: 0x7FFF_FFFF
                    default:
                        part[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) } ^ 1 << UInt32.random(in: 0..<32, using: &generator)
                    }
                try part.overwrite(value, at: offset)
            }
            outcomes[use(Array(bytes[..<place.lowerBound]) + part + Array(bytes[place.upperBound...]), against: kernel), default: 0] += 1
        }
        #expect(outcomes[.whole, default: 0] + outcomes[.unanswered, default: 0] > 20)
        #expect(outcomes[.refused, default: 0] + outcomes[.unanswered, default: 0] > 20)
    }

    /// Where a section's bytes are in the file, read from the table by hand.
    private func sectionPlace(_ bytes: [UInt8], _ wanted: String) throws -> Range<Int>? {
        let view = ByteView(bytes)
        func number<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type, _ offset: Int) throws -> Int {
            Int(try #require(view.integer(type, at: offset, order: .native)))
        }
        let (table, count, names) = (try number(UInt64.self, 40), try number(UInt16.self, 60), try number(UInt16.self, 62))
        let strings = try number(UInt64.self, table + names * 64 + 24)
        for index in 0..<count {
            let header = table + index * 64
            guard view.string(at: strings + (try number(UInt32.self, header))) == wanted else { continue }
            let offset = try number(UInt64.self, header + 24)
            return offset..<offset + (try number(UInt64.self, header + 32))
        }
        return nil
    }
}
