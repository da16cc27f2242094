// SPDX-License-Identifier: Apache-2.0

/// Finds the place in the kernel half's own sources that an instruction belongs to.
///
/// Much of what a program does is inlined from libraries; a line of the verifier's log must show what its author wrote. So every location is that of the
/// innermost inlined call that stands in the kernel half's sources.
struct SourceLocations {
    /// Paths of sources, and their places in the list of them.
    private let sources: [String: Int]
    private var files: [Int: Int?] = [:]
    private var places: [Int: (source: Int, line: Int, column: Int)?] = [:]

    init(_ sources: [KernelHalfSource]) {
        self.sources = Dictionary(sources.enumerated().map { ($0.element.path, $0.offset) }) { first, _ in first }
    }

    /// The place of a `!DILocation`; `nil` where no part of it is in the sources.
    mutating func place(_ location: Int?, _ metadata: inout IRMetadata) -> (source: Int, line: Int, column: Int)? {
        guard let location else { return nil }
        if let known = places[location] { return known }
        var place: (source: Int, line: Int, column: Int)?
        if let node = metadata.node(location) {
            if let line = node.number("line"), line > 0, let source = source(of: node.reference("scope"), &metadata) {
                place = (source, line, node.number("column") ?? 0)
            } else {
                place = self.place(node.reference("inlinedAt"), &metadata)
            }
        }
        places[location] = .some(place)
        return place
    }

    /// The source in which a scope stands.
    mutating func source(of scope: Int?, _ metadata: inout IRMetadata) -> Int? {
        guard let node = metadata.node(scope) else { return nil }
        if let file = node.reference("file") { return source(file: file, &metadata) }
        return source(of: node.reference("scope"), &metadata)
    }

    private mutating func source(file: Int, _ metadata: inout IRMetadata) -> Int? {
        if let known = files[file] { return known }
        let node = metadata.node(file)
        let name = node?.text("filename") ?? ""
        let path = name.hasPrefix("/") ? name : (node?.text("directory") ?? "") + "/" + name
        let found = sources[path]
        files[file] = .some(found)
        return found
    }
}
