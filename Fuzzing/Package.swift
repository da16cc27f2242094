// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func floor(_ name: String) -> Target.Dependency { .product(name: name, package: "swift-ebpf") }

/// A libFuzzer program: it has no entry point of its own, so that only a build with `--sanitize=fuzzer` can link it, as `run` does.
func fuzzTarget(_ name: String) -> Target {
    .executableTarget(
        name: "fuzz-" + name, dependencies: ["Reading", floor("Bytes")], swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])])
}

// Whatever the bytes: the scripts and tests that build and run these say how.
let package = Package(
    name: "Fuzzing",
    dependencies: [.package(name: "swift-ebpf", path: "..")],
    targets: [
        .target(
            name: "Reading", dependencies: [floor("Bytes"), floor("ELF"), floor("BTF"), floor("BPFAssembly"), floor("BPFObject")],
            swiftSettings: settings),
        fuzzTarget("elf"),
        fuzzTarget("btf"),
        fuzzTarget("btf-ext"),
        fuzzTarget("instructions"),
        fuzzTarget("object"),
        fuzzTarget("link"),
        fuzzTarget("gzip"),
        fuzzTarget("log"),
        fuzzTarget("names"),
        .executableTarget(
            name: "mutations", dependencies: ["Reading", floor("Bytes"), floor("ELF")], swiftSettings: settings),
        .executableTarget(
            name: "fuzz-seeds", dependencies: [floor("Bytes"), floor("ELF"), floor("BTF")], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
