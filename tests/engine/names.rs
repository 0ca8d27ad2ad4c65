//! Names of nodes that the user has not named.

use millstream::prelude::*;

#[operator]
async fn doubled(number: u64) -> u64 {
    2 * number
}

#[tokio::test]
async fn an_operator_without_state_may_stand_in_several_places() {
    let (fours, twos) = (Collected::new(), Collected::new());
    let topology = topology!(
        ones = source(from_iter([1_u64; 10])),
        ones >> doubled >> doubled >> sink(fours.sink()),
        ones >> by(|one| *one) >> doubled >> sink(twos.sink()),
    );
    for name in ["doubled", "doubled_2", "doubled_3"] {
        assert!(topology.nodes().iter().any(|node| node.name == name), "{name}");
    }
    topology.run(Config::default()).await.unwrap();
    assert_eq!((fours.take(), twos.take()), (vec![4; 10], vec![2; 10]));
}

#[test]
fn closures_may_be_used_as_often_as_one_likes() {
    let topology = topology!(
        source(from_iter(0..10_u64)) >> map(|number| number) >> map(|number| number) >> ignore
    );
    topology.check().unwrap();
    let names: Vec<_> = topology.nodes().iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names[..3], ["source", "map", "map_2"]);
}
