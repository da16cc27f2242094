// SPDX-License-Identifier: Apache-2.0

import BPFObject
import EBPF
import Foundation

/// What came of loading objects, with others' loaders and with this package's.
struct Comparison {
    let objects: [Corpus.Object]
    let loaders: [Loader]
    /// For each loader, in their order, whether it loads the objects, in theirs.
    let answers: [[Bool]]
    /// Why an object does not load here; `nil` where it does.
    let refusals: [String?]

    init(_ objects: [Corpus.Object], _ loaders: [Loader]) throws {
        self.objects = objects
        self.loaders = loaders
        let paths = objects.map(\.path)
        // All at the same time: what they load is apart, and emulated machines are slow.
        let running = try loaders.map { try $0.start(paths) }
        refusals = objects.map { object in
            // The name stands before it already.
            Self.refusal(object.path).map { $0.replacingOccurrences(of: " " + object.path, with: "") }
        }
        answers = try zip(loaders, running).map { try $0.finish($1, paths) }
    }

    /// Why an object, or the first of its programs that does not, cannot be loaded by this package, in one line.
    private static func refusal(_ path: String) -> String? {
        do throws(EBPFError) {
            let error = try ObjectFile(contentsOf: path).verify().lazy.compactMap(\.error).first
            return error.map { "\($0.operation): \($0.cause)" }
        } catch {
            return "\(error.operation): \(error.cause)"
        }
    }

    /// The objects that some other loader loads, or none does, and this package does, or does not.
    func objects(othersLoad: Bool, ours: Bool) -> [String] {
        objects.indices.filter { index in
            answers.contains { $0[index] } == othersLoad && (refusals[index] == nil) == ours
        }.map { objects[$0].name }
    }

    /// A line for each object: what each loader says, and why this package does not load it where it does not.
    var table: String {
        let width = objects.map(\.name.count).max() ?? 0
        func line(_ name: String, _ cells: [String], _ last: String) -> String {
            let widths = [width] + loaders.map(\.name.count)
            return (zip([name] + cells, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) } + [last]).joined(separator: "  ")
        }
        let lines = objects.indices.map { index in
            line(objects[index].name, answers.map { $0[index] ? "yes" : "no" }, refusals[index].map { "no, cannot \($0)" } ?? "yes")
        }
        return ([line("object", loaders.map(\.name), "this package")] + lines).joined(separator: "\n")
    }
}
