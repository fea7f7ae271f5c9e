"""Makes nodes.txt and torch.txt. Run with onnx 1.12.0, torch 1.13.0 and numpy 1.24: python3 make.py

Each line is a case: name, model (base64), rows, and the numbers that are expected, parted by "|"; numbers are parted by spaces.
nodes.txt has test cases that come with onnx (onnx.backend.test.case.node, Apache-2.0), each set between two reshapes so that
its first input of numbers is the one row of a model, and its other inputs are constants. torch.txt has small networks as
torch.onnx.export writes them, with what torch computes of three rows.
"""
import base64
import io
import os
import warnings

import numpy as np

warnings.filterwarnings("ignore")
for old in ("float", "int", "bool", "object"):
    setattr(np, old, getattr(__builtins__, old))

import onnx
import torch
import torch.nn as nn
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from onnx.backend.test.case.node import collect_testcases

HERE = os.path.dirname(os.path.abspath(__file__))
OPS = """Abs Add And ArgMax ArgMin AveragePool BatchNormalization CastLike Clip Concat Conv ConvTranspose Cos DepthToSpace Div Elu Equal Erf
Exp Expand Flatten Gather Gemm GlobalAveragePool GlobalMaxPool Greater GreaterOrEqual HardSigmoid HardSwish Hardmax Identity InstanceNormalization
LayerNormalization LeakyRelu Less LessOrEqual Log LogSoftmax MatMul Max MaxPool Mean Min Mul Neg Not Or PRelu Pad ReduceL1 ReduceL2 ReduceMax
ReduceMean ReduceMin ReduceSum ReduceSumSquare Relu Reshape Selu Sigmoid Sign Sin Slice Softmax Softplus Softsign SpaceToDepth Split Sqrt Squeeze Sub Sum
Tanh Tile Transpose Unsqueeze Where Xor Constant""".split()
LEFT_OUT = ("training", "3d", "select_last", "uint8", "int8", "int32", "int64", "float16", "reciprocal", "_pow_types", "mask")


def text(numbers):
    return " ".join(f"{float(v):.7g}" for v in np.asarray(numbers).flatten())


def write(name, lines):
    with open(os.path.join(HERE, name), "w") as file:
        file.write("\n".join(lines) + "\n")
    print(name, len(lines), "cases")


def nodes():
    lines, seen = [], {}
    for case in collect_testcases(None):
        graph = case.model.graph if case.model is not None and case.data_sets else None
        if graph is None or not {node.op_type for node in graph.node} <= set(OPS) or any(part in case.name for part in LEFT_OUT):
            continue
        inputs, outputs = case.data_sets[0]
        try:
            inputs, outputs = [np.asarray(v) for v in inputs], [np.asarray(v) for v in outputs]
        except Exception:
            continue
        if any(v.dtype.kind not in "fiub" for v in inputs + outputs) or outputs[0].size == 0 or outputs[0].size > 150:
            continue
        first = next((i for i, v in enumerate(inputs) if v.dtype.kind == "f" and 0 < v.size <= 150), None)
        if first is None:
            continue
        x = inputs[first]
        names = [value.name for value in graph.input]
        operator = graph.node[-1].op_type
        if seen.get((operator, len(graph.node) > 1), 0) >= 4:
            continue
        constants = [numpy_helper.from_array(v, names[i]) for i, v in enumerate(inputs) if i != first]
        constants += [numpy_helper.from_array(np.array(x.shape, np.int64), "in shape"), numpy_helper.from_array(np.array((1, -1), np.int64), "out shape")]
        model = helper.make_model(
            helper.make_graph(
                [helper.make_node("Reshape", ["the rows", "in shape"], [names[first]]), *graph.node, helper.make_node("Reshape", [graph.output[0].name, "out shape"], ["the result"])],
                "g",
                [helper.make_tensor_value_info("the rows", TensorProto.FLOAT, (1,) + x.shape)],
                [helper.make_tensor_value_info("the result", TensorProto.FLOAT, (1, outputs[0].size))],
                initializer=constants,
            ),
            opset_imports=[helper.make_opsetid("", max(9, case.model.opset_import[0].version))],
        )
        data = model.SerializeToString()
        if len(data) > 1500:
            continue
        seen[operator, len(graph.node) > 1] = seen.get((operator, len(graph.node) > 1), 0) + 1
        lines.append("|".join([case.name, base64.b64encode(data).decode(), text(x), text(outputs[0])]))
    write("nodes.txt", lines)


class Residual(nn.Module):
    def __init__(self, *body):
        super().__init__()
        self.body = nn.Sequential(*body)

    def forward(self, x):
        return x + self.body(x)


class Of(nn.Module):
    def __init__(self, function, *modules):
        super().__init__()
        self.function, self.inner = function, nn.ModuleList(modules)

    def forward(self, x):
        return self.function(x, *self.inner)


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.ask, self.out = heads, nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x):
        batch, length, width = x.shape
        q, k, v = self.ask(x).reshape(batch, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        weights = torch.softmax(q @ k.transpose(-2, -1) / (width // self.heads) ** 0.5, dim=-1)
        return self.out((weights @ v).transpose(1, 2).reshape(batch, length, width))


class Token(nn.Module):
    def __init__(self, length, width):
        super().__init__()
        self.token, self.place = nn.Parameter(torch.randn(1, 1, width)), nn.Parameter(torch.randn(1, length + 1, width))

    def forward(self, x):
        return torch.cat([self.token.expand(x.shape[0], -1, -1), x], dim=1) + self.place


def networks():
    flat = nn.Flatten()
    return {
        "perceptron": (nn.Sequential(nn.Linear(6, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 3), nn.Softmax(1)), (6,)),
        "logistic": (nn.Sequential(nn.Linear(5, 1), nn.Sigmoid()), (5,)),
        "manylabels": (nn.Sequential(nn.Linear(5, 3), nn.Sigmoid()), (5,)),
        "activations": (nn.Sequential(nn.Linear(5, 6), nn.LeakyReLU(0.1), nn.Linear(6, 6), nn.ELU(), nn.Linear(6, 6), nn.SELU(), nn.Linear(6, 6), nn.PReLU(), nn.Linear(6, 4), nn.Hardswish()), (5,)),
        "smooth": (nn.Sequential(nn.Linear(5, 6), nn.SiLU(), nn.Linear(6, 6), nn.GELU(), nn.Linear(6, 6), nn.Softplus(), nn.Linear(6, 4), nn.Tanh(), nn.Hardsigmoid(), nn.ReLU6()), (5,)),
        "convolutions": (nn.Sequential(nn.Conv2d(2, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2, ceil_mode=True), nn.Conv2d(4, 4, 3, groups=4, dilation=2, padding=2), nn.BatchNorm2d(4), nn.ReLU6(), nn.AdaptiveAvgPool2d(1), flat, nn.Linear(4, 3)), (2, 7, 7)),
        "residual": (nn.Sequential(nn.Conv2d(1, 3, 3), Residual(nn.Conv2d(3, 3, 3, padding=1), nn.BatchNorm2d(3), nn.ReLU()), nn.AvgPool2d(3, 2, 1, count_include_pad=False), flat, nn.Linear(27, 2)), (1, 8, 7)),
        "pools": (nn.Sequential(nn.AvgPool2d(3, 2, 1, ceil_mode=False), nn.MaxPool2d((2, 1), (1, 1), (1, 0)), nn.AdaptiveMaxPool2d(1), flat), (3, 9, 8)),
        "onedimensional": (nn.Sequential(nn.Conv1d(2, 4, 3, stride=2, padding=1), nn.BatchNorm1d(4), nn.ReLU(), nn.MaxPool1d(2), nn.Conv1d(4, 2, 2), nn.AvgPool1d(2), flat), (2, 16)),
        "transposed": (nn.Sequential(nn.Conv2d(1, 2, 2, 2), nn.ReLU(), nn.ConvTranspose2d(2, 4, 3, stride=2, padding=1, output_padding=1, groups=2), nn.ConvTranspose2d(4, 1, 2, dilation=2), flat), (1, 6, 4)),
        "transposed1": (nn.Sequential(nn.ConvTranspose1d(2, 3, 4, stride=3, padding=2), flat), (2, 5)),
        "normalised": (nn.Sequential(nn.Linear(6, 8), nn.LayerNorm(8), Of(lambda x: x.reshape(x.shape[0], 4, 2)), nn.GroupNorm(2, 4), flat), (6,)),
        "instances": (nn.Sequential(nn.Conv2d(1, 2, 2), nn.InstanceNorm2d(2, affine=True), flat), (1, 4, 5)),
        "transformer": (nn.Sequential(Token(3, 8), Residual(nn.LayerNorm(8), Attention(8, 2)), Residual(nn.LayerNorm(8), nn.Linear(8, 16), nn.GELU(), nn.Linear(16, 8)), Of(lambda x, head: head(x[:, 0]), nn.Linear(8, 3))), (3, 8)),
        "arithmetic": (Of(lambda x: torch.cat([x[:, ::2] * 2 - 1, torch.max(x[:, :2], x[:, 2:4]), torch.where(x > 0, x, x * x), (x / 3).abs().add(0.1).sqrt(), x.clamp(-0.5, 0.25), x.amax(1, keepdim=True), x.mean(1, keepdim=True), x.pow(3)], dim=1)), (6,)),
        "shapes": (Of(lambda x: torch.cat([part.flip(2) for part in F.pad(x, (1, 2, 0, 1), value=0.5).transpose(1, 2).chunk(2, dim=1)], dim=2).flatten(1)), (2, 3, 4)),
        "reflected": (Of(lambda x: F.pad(x, (1, 2, 1, 0), mode="reflect").flatten(1) + 1), (1, 3, 4)),
        "shuffled": (nn.Sequential(nn.PixelShuffle(2), flat), (4, 2, 3)),
        "logsoftmax": (nn.Sequential(nn.Linear(4, 3), nn.LogSoftmax(1)), (4,)),
    }


def torches():
    lines = []
    for opset in (9, 11, 16):
        torch.manual_seed(opset)
        for name, (network, shape) in networks().items():
            if opset in (9, 11) and name in ("residual", "pools", "reflected", "instances", "transformer", "activations") and opset == 9:
                continue
            for module in network.modules():
                if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
                    module.running_mean.normal_(0, 0.2)
                    module.running_var.uniform_(0.5, 2)
                    module.weight.data.uniform_(0.5, 1.5)
                    module.bias.data.normal_(0, 0.2)
            network.eval()
            rows = torch.rand((3,) + shape) * 2 - 1
            stream = io.BytesIO()
            fixed = name in ("shapes", "residual") and opset == 16
            try:
                torch.onnx.export(
                    network, rows[:1], stream, opset_version=opset, input_names=["x"], output_names=["y"],
                    dynamic_axes=None if fixed else {"x": {0: "n"}, "y": {0: "n"}}, training=torch.onnx.TrainingMode.EVAL)
            except Exception as e:
                print(f"{name} in opset {opset} is left out: {str(e).splitlines()[0][:100]}")
                continue
            model = onnx.load_from_string(stream.getvalue())
            for node in model.graph.node:
                node.doc_string = ""
            lines.append("|".join([f"{name}-{opset}", base64.b64encode(model.SerializeToString()).decode(), text(rows), text(network(rows).detach())]))
    write("torch.txt", lines)


nodes()
torches()
