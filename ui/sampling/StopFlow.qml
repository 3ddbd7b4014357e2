import QtQuick
import Cria.App as Core

// What the chips of stop strings ask of their row.
Flow {
    required property Core.SamplingController sampling
}
