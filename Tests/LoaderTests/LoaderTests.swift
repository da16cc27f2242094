// SPDX-License-Identifier: Apache-2.0

import BPFObject
import EBPF
import Foundation
import Glibc
import Testing

/// Objects that others wrote, on the running kernel, beside those who load them today.
@Suite(
    .enabled(if: geteuid() == 0, "not run, because loading eBPF programs needs root"),
    .enabled(if: !Corpus.objects.isEmpty, "not run, because EBPF_CORPUS names no directory of objects"))
struct LoaderTests {
    @Test(.enabled(if: !Loader.all.isEmpty, "not run, because there is no bpftool, and EBPF_LOADERS names none"))
    func everyObjectThatAnotherLoaderLoadsLoadsHere() throws {
        let comparison = try Comparison(Corpus.objects, Loader.all)
        print(comparison.table)
        let missed = comparison.objects(othersLoad: true, ours: false)
        let both = comparison.objects(othersLoad: true, ours: true)
        let own = comparison.objects(othersLoad: false, ours: true)
        print(
            "\(both.count + missed.count) objects that others load, \(missed.count) of them not here; \(own.count) load only here: \(own.joined(separator: " "))"
        )
        #expect(missed == [])
        // Loaders that load nothing would have nothing to say.
        #expect(both.count > 0)
    }

    @Test(
        .enabled(if: Corpus.objects.contains(where: \.isForeign), "not run, because no object of EBPF_CORPUS is of the other byte order"),
        arguments: Corpus.objects.filter(\.isForeign))
    func anObjectOfTheOtherByteOrderIsReadAndShownAndLoadingItSaysWhyNot(foreign: Corpus.Object) throws {
        let shown = try Command(Self.command, ["object", "show", foreign.path]).outcome()
        let object: ObjectFile
        do {
            object = try ObjectFile(contentsOf: foreign.path)
        } catch {
            // What is wrong with it is wrong with its twin of this machine's order as well.
            let twin = try #require(Corpus.objects.first { !$0.isForeign && $0.name.dropLast(3) == foreign.name.dropLast(3) })
            let other = try #require(throws: EBPFError.self) { try ObjectFile(contentsOf: twin.path) }
            #expect(error.cause == other.cause)
            #expect(shown.status == 1)
            #expect(shown.errors.contains(error.cause))
            return
        }
        print("\(foreign.name): \(object.programs.count) programs, \(object.maps.count) maps")
        #expect(object.programs.count + object.maps.count > 0)
        #expect(shown.status == 0, "\(shown.errors)")
        func count(_ word: String) -> Int { shown.output.split(separator: "\n").count { $0.hasPrefix(word + " ") } }
        #expect(count("program") == object.programs.count)
        #expect(count("map") == object.maps.count)
        let error = try #require(throws: EBPFError.self) { _ = try object.load() }
        #expect(error.cause == "it is of a machine of the other byte order")
    }

    /// The directory of the test binary is that of the products.
    static var command: String {
        get throws {
            let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            let path = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("ebpf").path
            return try #require(FileManager.default.isExecutableFile(atPath: path) ? path : nil, "ebpf is not built at \(path)")
        }
    }
}
