// SPDX-License-Identifier: Apache-2.0

import BPFObject
import BTF
import Testing

/// What an object reads of a kernel's structures, beside those structures: the object and the kernel are both compiled from C.
@Suite struct KernelComparisonTests {
    private static let program = "LICENSE(\"GPL\"); SEC(\"raw_tp/x\") int program(void **context) { "

    private func differences(_ declarations: String, _ code: String, kernel: String) throws -> [KernelDifference] {
        let half = try CompiledHalf(declarations + "\n" + Self.program + code + " }")
        return try half.object.differences(from: CompiledHalf.kernelTypes(kernel))
    }

    private static let queue = "struct cfs_rq { int pad; unsigned int nr_queued; unsigned long load; struct { int inner; }; int few : 3; } the_queue;"

    @Test func aFieldThatIsThereIsNoDifference() throws {
        let found = try differences(
            "struct cfs_rq { unsigned int nr_queued; int inner; } PRESERVE;", "struct cfs_rq *q = *context; return q->nr_queued + q->inner;",
            kernel: Self.queue)
        #expect(found == [])
    }

    @Test func aMissingFieldIsToldWithWhatIsNearAndItsLine() throws {
        let found = try differences(
            "struct cfs_rq { unsigned int nr_running; unsigned long loda; } PRESERVE;",
            "struct cfs_rq *q = *context;\nreturn q->nr_running +\nq->loda;",
            kernel: Self.queue)
        #expect(found.map(\.kind) == [.missing, .missing])
        #expect(
            Set(found.map(\.text)) == ["'cfs_rq.nr_running' is not in this kernel; 'nr_queued' is", "'cfs_rq.loda' is not in this kernel; 'load' is"])
        #expect(Set(found.compactMap { $0.line?.line }) == [4, 5])
    }

    @Test func whatIsAskedForFirstMayBeMissing() throws {
        let field = try differences(
            "struct cfs_rq { int gone; } PRESERVE;", "struct cfs_rq *q = *context; return core_field_exists(q->gone) ? q->gone : 0;",
            kernel: Self.queue)
        #expect(field == [])
        let flavor = try differences(
            "struct cfs_rq___old { int gone; } PRESERVE;", "struct cfs_rq___old *q = *context; return q->gone;", kernel: Self.queue)
        #expect(flavor == [])
    }

    @Test func anUnknownStructureIsToldOnce() throws {
        let found = try differences("struct other { int a, b; } PRESERVE;", "struct other *q = *context; return q->a + q->b;", kernel: Self.queue)
        #expect(found.map(\.kind) == [.unknownType])
        #expect(found.first?.text.contains("no structure 'other'") == true)
    }

    @Test func anotherSizeAndAnotherKindAreTold() throws {
        let size = try differences(
            "struct cfs_rq { unsigned int load; } PRESERVE;", "struct cfs_rq *q = *context; return q->load;", kernel: Self.queue)
        #expect(size.map(\.kind) == [.differs])
        #expect(size.first?.text == "'cfs_rq.load' has 8 bytes in this kernel, and was declared with 4")
        let kind = try differences("struct cfs_rq { void *load; } PRESERVE;", "struct cfs_rq *q = *context; return q->load != 0;", kernel: Self.queue)
        #expect(kind.map(\.kind) == [.missing])
        #expect(kind.first?.text == "'cfs_rq.load' is a number in this kernel, and was declared as a pointer")
        let bits = try differences("struct cfs_rq { int few; } PRESERVE;", "struct cfs_rq *q = *context; return q->few;", kernel: Self.queue)
        #expect(bits.first?.text == "'cfs_rq.few' is 3 bits of an integer in this kernel; read it with bits(\\.few)")
    }

    @Test func aSizeIsAskedOnlyOfWhatIsThere() throws {
        let missing = try differences(
            "struct cfs_rq { unsigned int nr_running; } PRESERVE;",
            "struct cfs_rq *q = *context; return __builtin_preserve_field_info(q->nr_running, 1);", kernel: Self.queue)
        #expect(missing.map(\.text) == ["'cfs_rq.nr_running' is not in this kernel; 'nr_queued' is"])
        // Another size than the declared one is the answer.
        let another = try differences(
            "struct cfs_rq { unsigned int load; } PRESERVE;", "struct cfs_rq *q = *context; return __builtin_preserve_field_info(q->load, 1);",
            kernel: Self.queue)
        #expect(another == [])
    }

    @Test func aPathThroughSeveralStructuresIsToldAsFarAsItGoes() throws {
        let kernel = "struct inner { int right; }; struct outer { struct inner within; } the_outer;"
        let found = try differences(
            "struct inner { int wrong; } PRESERVE; struct outer { struct inner within; } PRESERVE;",
            "struct outer *q = *context; return q->within.wrong;",
            kernel: kernel)
        #expect(found.map(\.text).first?.hasPrefix("'outer.within.wrong' is not in this kernel") == true)
    }
}
