import QtQuick
import Cria

// Where the switch between versions is, once there are several: most messages have one, and are lighter without it.
Loader {
    required property MessageFacts row

    active: row.siblingCount > 1
    visible: active

    Component.onCompleted: setSource("SiblingSwitch.qml", {
            "row": row
        })
}
