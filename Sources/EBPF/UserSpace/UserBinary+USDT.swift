// SPDX-License-Identifier: Apache-2.0

import BPFObject
import ELF

/// A place of a program or library that it declares for tracing, as the kernel is told of it.
struct DeclaredPlace {
    let probe: USDTProbe
    let place: ProbedPlace
}

extension UserBinary {
    /// The places of a probe that the file declares (USDT), each once, in the order of the file.
    ///
    /// - Throws: ``EBPFError`` with ``EBPFError/Code/noSuchSymbol`` where the file declares no such probe, or none at all; with
    ///   ``EBPFError/Code/invalid`` where its place, or that of the counter of those who trace it, is not mapped.
    func places(ofProbe name: String, provider: String, for operation: String) throws(EBPFError) -> [DeclaredPlace] {
        let all = try reading(for: operation) { () throws(ELFError) in try file.usdtProbes() }
        let probes = all.filter { $0.name == name && $0.provider == provider }
        guard !probes.isEmpty else { throw missing("\(provider):\(name)", among: all, for: operation) }
        var seen: Set<UInt64> = []
        var places: [DeclaredPlace] = []
        for probe in probes {
            guard let offset = file.fileOffset(ofAddress: probe.location), file.isCode(atFileOffset: offset) else {
                throw EBPFError(
                    .invalid, operation,
                    cause: "\(path) declares it at the address 0x\(String(probe.location, radix: 16)), which is not mapped as code",
                    remedy: "use a build whose notes (.note.stapsdt) belong to its code")
            }
            let counter = try counter(of: probe, for: operation)
            if seen.insert(offset).inserted {
                places.append(DeclaredPlace(probe: probe, place: ProbedPlace(path: path, fileOffset: offset, referenceCounter: counter)))
            }
        }
        return places
    }

    /// Where the file has the counter of those who trace a probe (its semaphore); 0 where it has none.
    private func counter(of probe: USDTProbe, for operation: String) throws(EBPFError) -> UInt64 {
        guard let address = probe.semaphore else { return 0 }
        guard let offset = file.fileOffset(ofAddress: address), !file.isCode(atFileOffset: offset) else {
            throw EBPFError(
                .invalid, operation,
                cause: "\(path) has the counter of those who trace it at the address 0x\(String(address, radix: 16)), which is not mapped as data",
                remedy: "use a build whose notes (.note.stapsdt) belong to its data")
        }
        return offset
    }

    private func missing(_ name: String, among probes: [USDTProbe], for operation: String) -> EBPFError {
        guard !probes.isEmpty else {
            return EBPFError(
                .noSuchSymbol, operation, cause: "\(path) declares no probes (it has no notes of the kind stapsdt)",
                remedy: "use a build with them, such as one that was configured with --enable-dtrace or --enable-systemtap, or attach to a function: "
                    + "attach(toUprobe:)")
        }
        let known = probes.map { "\($0.provider):\($0.name)" }
        var near = NearestNames.of(name, among: known)
        // Where no name is near, the file's first few at least show what names look like there.
        if near.isEmpty { near = known.reduce(into: []) { if $0.count < 3, !$0.contains($1) { $0.append($1) } } }
        return EBPFError(
            .noSuchSymbol, operation,
            cause: "\(path) declares no probe '\(name)'; it has \(near.map { "'\($0)'" }.joined(separator: ", "))"
                + (near.count < Set(known).count ? ", and others" : ""),
            remedy: "check provider and name; 'readelf -n' lists them")
    }

    /// The arguments of a probe, all of them at places that are known.
    ///
    /// - Throws: ``EBPFError`` with ``EBPFError/Code/unsupported`` that names an argument of a form that is not known.
    func arguments(of probe: USDTProbe, for operation: String) throws(EBPFError) -> [USDTArgument] {
        do {
            var located: [USDTArgument] = []
            for argument in try probe.parsedArguments(for: file.machine) {
                located.append(
                    try argument.located(from: probe.location, of: file.machine, isFixed: file.kind == .executable, address(ofVariable:)))
            }
            return located
        } catch {
            throw EBPFError(
                .unsupported, operation, cause: "\(path): \(error.reason)",
                remedy: "attach to the function that the probe is in (attach(toUprobe:)), or report the form")
        }
    }

    /// The address in the file of a variable that operands name.
    private func address(ofVariable name: String) -> UInt64? {
        for table in [try? file.symbolTable(), try? file.dynamicSymbolTable()] {
            if let symbol = table?.symbol(named: name), !symbol.isUndefined, symbol.kind != .threadLocal { return symbol.value }
        }
        return nil
    }

    /// The addresses that a place of the file has when the program runs: one, or, for what is loaded anywhere, those of a process.
    ///
    /// - Throws: ``EBPFError`` where that takes a process and none is given, or it has not mapped the file.
    func addresses(of place: DeclaredPlace, process: Int32?, for operation: String) throws(EBPFError) -> [UInt64] {
        if file.kind == .executable { return [place.probe.location] }
        guard let process else {
            throw EBPFError(
                .unsupported, operation,
                cause:
                    "this kernel hands no cookie to programs of probes (that came with Linux 5.15), so arguments are found by the address of the probe, "
                    + "which is another in each process", remedy: "name the process (process:), or use a newer kernel")
        }
        let offset = place.place.fileOffset
        let found = try MemoryMapping.all(of: process, for: operation).filter { mapping in
            mapping.isExecutable && mapping.hasFile && mapping.offset <= offset && offset - mapping.offset < mapping.end - mapping.start
                && isMapped(by: mapping)
        }
        guard !found.isEmpty else {
            throw EBPFError(
                .noSuchTarget, operation, cause: "process \(process) has not mapped \(path)", remedy: "check the process, or attach once it has")
        }
        return found.map { $0.start &+ (offset - $0.offset) }
    }

    private func isMapped(by mapping: MemoryMapping) -> Bool { inode == mapping.inode || root.path(mapping.path) == path }
}
