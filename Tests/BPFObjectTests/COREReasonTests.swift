// SPDX-License-Identifier: Apache-2.0

import BPFObject
import Bytes
import TestImages
import Testing

/// What is said where a kernel has no answer: what it lacks, and what it has instead.
@Suite struct COREReasonTests {
    typealias Member = BTFImage.Member
    typealias Build = (inout BTFImage) -> UInt32

    private func reason(
        _ path: String, object: Build, kind: COREQuestion.Kind = .byteSize, own: Int32 = 4, kernel: (inout BTFImage) -> Void
    ) throws -> String {
        var question = COREQuestion([.move(0, own)])
        question.addInt()
        question.ask(kind.rawValue, object(&question.image.types), path)
        kernel(&question.kernel)
        return try #require(try question.answer().poisoned[0])
    }

    /// The object's `struct cfs_rq`, whose fields are numbers.
    private func queue(_ names: String...) -> Build {
        return { types in
            types.structure("cfs_rq", size: 64, names.enumerated().map { Member($1, 1, at: UInt32($0) * 32) })
        }
    }

    @Test func aNameThatIsAFewLettersAwayIsTold() throws {
        let reason = try reason("0:0", object: queue("nr_runing")) {
            let inner = $0.structure("", size: 4, [Member("nr_running", 1, at: 0)])
            $0.structure("cfs_rq", size: 8, [Member("load", 1, at: 0), Member("", inner, at: 32)])
        }
        #expect(reason == "'struct cfs_rq.nr_runing' is not in this kernel; 'nr_running' is", "also that of an anonymous member")
    }

    @Test func aNameThatDiffersInUnderscoresIsNearest() throws {
        let reason = try reason("0:0", object: queue("state")) {
            $0.structure("cfs_rq", size: 8, [Member("stats", 1, at: 0), Member("__state", 1, at: 32)])
        }
        #expect(reason == "'struct cfs_rq.state' is not in this kernel; '__state' is")
    }

    @Test func whatIsNearToNothingIsOnlyMissing() throws {
        let reason = try reason("0:0", object: queue("no_such_field")) {
            $0.structure("cfs_rq", size: 8, [Member("load", 1, at: 0), Member("x", 1, at: 0)])
        }
        #expect(reason == "'struct cfs_rq.no_such_field' is not in this kernel")
    }

    @Test func aMemberOfTheSameTypeAtTheSamePlaceBesideTheSameNeighbourWasRenamed() throws {
        let reason = try reason("0:1", object: queue("load", "before", "rest")) {
            $0.structure("cfs_rq", size: 12, [Member("load", 1, at: 0), Member("waiting", 1, at: 32), Member("rest", 1, at: 64)])
        }
        #expect(reason == "'struct cfs_rq.before' is not in this kernel; 'waiting' is")
    }

    @Test func aMemberIsNotTakenForARenamedOneWithoutGoodCause() throws {
        let object = queue("load", "before", "rest")
        let kernels: [(inout BTFImage) -> UInt32] = [
            // No neighbour is the same.
            { $0.structure("cfs_rq", size: 12, [Member("xxxx", 1, at: 0), Member("waiting", 1, at: 32), Member("yyyy", 1, at: 64)]) },
            // Of another size, and of another kind.
            {
                let short = $0.integer("short", size: 2)
                return $0.structure("cfs_rq", size: 12, [Member("load", 1, at: 0), Member("waiting", short, at: 32), Member("rest", 1, at: 64)])
            },
            {
                let pointer = $0.pointer(to: 1)
                return $0.structure("cfs_rq", size: 20, [Member("load", 1, at: 0), Member("waiting", pointer, at: 32), Member("rest", 1, at: 96)])
            },
            // The object knows the one at that place.
            { $0.structure("cfs_rq", size: 12, [Member("load", 1, at: 0), Member("rest", 1, at: 32)]) },
        ]
        for kernel in kernels {
            #expect(try reason("0:1", object: object) { _ = kernel(&$0) } == "'struct cfs_rq.before' is not in this kernel")
        }
    }

    @Test func aMemberOfTheSameTypeWithTheSameFirstWordWasRenamedWhereItIsTheOnlyOne() throws {
        let pad = Member("pad", 1, at: 0)
        let renamed = try reason("0:0", object: queue("nr_running")) {
            $0.structure("cfs_rq", size: 12, [pad, Member("h_nr_queued", 1, at: 32), Member("nr_queued", 1, at: 64)])
        }
        #expect(renamed == "'struct cfs_rq.nr_running' is not in this kernel; 'nr_queued' is")
        let several = try reason("0:0", object: queue("nr_running")) {
            $0.structure("cfs_rq", size: 12, [pad, Member("nr_queued", 1, at: 32), Member("nr_load", 1, at: 64)])
        }
        #expect(several == "'struct cfs_rq.nr_running' is not in this kernel")
        let bitfield = try reason("0:0", object: queue("nr_running")) {
            $0.structure("cfs_rq", size: 12, [pad, Member("nr_queued", 1, at: 32, bits: 3)])
        }
        #expect(bitfield == "'struct cfs_rq.nr_running' is not in this kernel")
    }

    /// `struct task { struct inner inner; int times[4]; }` of the object.
    private let task: Build = {
        let inner = $0.structure("inner", size: 4, [Member("x", 1, at: 0)])
        let times = $0.array(of: 1, count: 4)
        return $0.structure("task", size: 20, [Member("inner", inner, at: 0), Member("times", times, at: 32)])
    }

    @Test func aFieldOfAnotherTypeIsToldWithBothTypes() throws {
        let reason = try reason("0:1", object: task, own: 16) {
            let pointer = $0.pointer(to: $0.pointer(to: 1))
            $0.structure("task", size: 8, [Member("times", pointer, at: 0)])
        }
        #expect(reason == "'struct task.times' is of type 'int **' in this kernel, and of type 'int[4]' in the object")
    }

    @Test func whatLiesOnTheWayToTheFieldIsTold() throws {
        let missing = try reason("0:0:0", object: task) { $0.structure("task", size: 4, [Member("iner", 1, at: 0)]) }
        #expect(missing == "'struct task.inner.x' is not in this kernel, since 'struct task.inner' is not; 'iner' is")
        let other = try reason("0:0:0", object: task) { $0.structure("task", size: 4, [Member("inner", 1, at: 0)]) }
        #expect(
            other
                == "'struct task.inner.x' is not in this kernel, where 'struct task.inner' is of type 'int', and in the object of type 'struct inner'"
        )
        let short = try reason("0:1:3", object: task) {
            let times = $0.array(of: 1, count: 2)
            $0.structure("task", size: 8, [Member("times", times, at: 0)])
        }
        #expect(short == "'struct task.times[3]' is not in this kernel, where 'struct task.times' has 2 elements")
    }

    @Test func ofSeveralTypesOfOneNameTheOneWithMostOfThePathIsTold() throws {
        let reason = try reason("0:0:0", object: task) {
            $0.structure("task", size: 4, [Member("other", 1, at: 0)])
            let inner = $0.structure("inner", size: 4, [Member("xx", 1, at: 0)])
            $0.structure("task___2", size: 4, [Member("inner", inner, at: 0)])
        }
        #expect(reason.hasPrefix("'struct task.inner.x' is not in this kernel") && !reason.contains("since"), "\(reason)")
    }

    @Test func aTypeThatIsMissingIsToldWithTheNearest() throws {
        let object: Build = { $0.structure("task_strct", size: 4, [Member("pid", 1, at: 0)]) }
        let near = try reason("0:0", object: object) {
            $0.structure("task_struct", size: 4, [Member("pid", 1, at: 0)])
            $0.structure("task_strct", size: 4, isUnion: true, [])
        }
        #expect(near == "'struct task_strct.pid' is not in this kernel, which has no 'struct task_strct'; 'struct task_struct' is")
        let none = try reason("0:0", object: object) { $0.structure("unlike", size: 4, []) }
        #expect(none == "'struct task_strct.pid' is not in this kernel, which has no 'struct task_strct'")
    }

    @Test func aTypeThatTheObjectExpectsToBeMissingIsNotLookedForAmongAllNames() throws {
        let reason = try reason("0:0", object: { $0.structure("task_strct___old", size: 4, [Member("pid", 1, at: 0)]) }) {
            $0.structure("task_struct", size: 4, [Member("pid", 1, at: 0)])
        }
        #expect(reason == "'struct task_strct___old.pid' is not in this kernel, which has no 'struct task_strct'")
    }

    @Test func anEnumeratorThatIsMissingIsToldWithTheNearest() throws {
        let object: Build = { $0.enumeration("e", [("BPF_FUNC_loop", 4)]) }
        let near = try reason("0", object: object, kind: .enumeratorValue) { $0.enumeration("e", [("BPF_FUNC_lop", 1), ("OTHER", 2)]) }
        #expect(near == "'enum e.BPF_FUNC_loop' is not in this kernel; 'BPF_FUNC_lop' is")
        let none = try reason("0", object: object, kind: .enumeratorValue) { $0.enumeration64("e", [("OTHER", 2)]) }
        #expect(none == "'enum e.BPF_FUNC_loop' is not in this kernel")
        let type = try reason("0", object: object, kind: .enumeratorValue) { _ in }
        #expect(type == "'enum e.BPF_FUNC_loop' is not in this kernel, which has no 'enum e'")
    }

    @Test func aFieldThatNoLoadFetchesIsSaidToBeThere() throws {
        let reason = try reason("0:0", object: queue("f")) {
            let wide = $0.integer("u64", size: 8)
            $0.structure("cfs_rq", size: 16, [Member("f", wide, at: 60, bits: 8)])
        }
        #expect(reason == "'struct cfs_rq.f' lies in this kernel where no load of at most 8 bytes fetches it")
    }

    @Test func namesOfManyMissingTypesAreFoundInTime() async {
        await #expect(processExitsWith: .success) {
            limitThisProcess(seconds: 60)
            let count = 2000
            var question = COREQuestion((0..<count).map { _ in .move(0, 4) })
            question.addInt()
            for number in 0..<count {
                let type = question.image.types.structure("missing_type_\(number)", size: 4, [Member("f", 1, at: 0)])
                question.ask(COREQuestion.Kind.byteSize.rawValue, type, "0:0", slot: number)
                question.kernel.structure("present_type_\(number)", size: 4, [])
            }
            let answer = try question.answer()
            #expect(answer.poisoned.count == count)
        }
    }
}
