import QtQuick

QtObject {
    property string problem: ""

    function dismissProblem(): void {
        problem = "";
    }
}
