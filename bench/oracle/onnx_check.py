"""Checks ONNX files by ONNX's own checker, an implementation that Isthmus does not use: types, shapes and operators of every node.

    dotnet run -c Release bench/onnx-differences.cs FOLDER
    python3 bench/oracle/onnx_check.py FOLDER

Needs the package onnx (Debian: python3-onnx). Prints a line for each file and a line of counts; exits with 1 if a file does not pass.
"""

import collections
import pathlib
import sys

import onnx

operators = collections.Counter()
failed = 0
files = sorted(pathlib.Path(sys.argv[1]).glob("*.onnx"))
for path in files:
    try:
        onnx.checker.check_model(str(path), full_check=True)
        model = onnx.load(str(path))
        sets = {entry.domain: entry.version for entry in model.opset_import}
        assert model.ir_version == 8 and sets[""] == 17, (model.ir_version, sets)
        for value in [*model.graph.input, *model.graph.output]:
            assert value.type.tensor_type.shape.dim[0].dim_param == "N", value.name
        keys = {entry.key for entry in model.metadata_props}
        assert {"isthmus.version", "isthmus.part", "isthmus.preset", "isthmus.schema", "isthmus.weights_sha256"} <= keys, keys
        used = sorted({node.op_type for node in model.graph.node} - {"Identity"})
        operators.update(used)
        print(f"{path.name}: passes; {', '.join(used)}")
    except Exception as error:  # every file is reported
        failed += 1
        print(f"{path.name}: FAILS: {str(error).splitlines()[0]}")
print(f"onnx {onnx.__version__}: {len(files) - failed} of {len(files)} files pass; operators: {', '.join(sorted(operators))}")
sys.exit(failed > 0 or not files)
